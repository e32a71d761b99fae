"""What every organisation begins with: types, statuses, priorities, resolutions, and the workflow between the statuses.

Clients of the Yandex dialect count on these keys. An organisation may rename and extend them; this is only the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.domain.fields import Kind

DEFAULT_TYPE = "task"
DEFAULT_PRIORITY = "normal"
INITIAL_STATUS = "open"
WORKFLOW_KEY = "default"
WORKFLOW_NAME = "Default workflow"


@dataclass(frozen=True, slots=True)
class StarterEntry:
    """One entry of a catalogue, with its name in each language. `category` is of a status only."""

    key: str
    en: str
    ru: str
    zh: str
    category: str | None = None


@dataclass(frozen=True, slots=True)
class StarterTransition:
    """A step of the workflow: one key, from several statuses to one. `required` fields have a value afterwards."""

    key: str
    en: str
    ru: str
    zh: str
    sources: tuple[str, ...]
    target: str
    required: tuple[str, ...] = ()


CATALOGUE: Mapping[Kind, Sequence[StarterEntry]] = {
    Kind.TYPE: (
        StarterEntry("bug", "Bug", "Ошибка", "缺陷"),
        StarterEntry("task", "Task", "Задача", "任务"),
        StarterEntry("newFeature", "New feature", "Новая возможность", "新功能"),
        StarterEntry("improvement", "Improvement", "Улучшение", "改进"),
        StarterEntry("epic", "Epic", "Эпик", "史诗"),
        StarterEntry("story", "Story", "История", "用户故事"),
        StarterEntry("milestone", "Milestone", "Веха", "里程碑"),
    ),
    Kind.STATUS: (
        StarterEntry("open", "Open", "Открыт", "新建", "new"),
        StarterEntry("inProgress", "In progress", "В работе", "进行中", "in_progress"),
        StarterEntry("needInfo", "Need info", "Требуется информация", "需要信息", "paused"),
        StarterEntry("testing", "Testing", "Тестируется", "测试中", "in_progress"),
        StarterEntry("resolved", "Resolved", "Решен", "已解决", "done"),
        StarterEntry("closed", "Closed", "Закрыт", "已关闭", "done"),
        StarterEntry("rejected", "Rejected", "Отклонён", "已拒绝", "cancelled"),
    ),
    Kind.PRIORITY: (
        StarterEntry("trivial", "Trivial", "Незначительный", "微小"),
        StarterEntry("minor", "Minor", "Низкий", "低"),
        StarterEntry("normal", "Normal", "Средний", "中"),
        StarterEntry("critical", "Critical", "Критичный", "高"),
        StarterEntry("blocker", "Blocker", "Блокер", "阻塞"),
    ),
    Kind.RESOLUTION: (
        StarterEntry("fixed", "Fixed", "Решен", "已修复"),
        StarterEntry("wontFix", "Won't fix", "Не будет исправлено", "不予修复"),
        StarterEntry("duplicate", "Duplicate", "Дубликат", "重复"),
        StarterEntry("later", "Later", "Позже", "稍后处理"),
        StarterEntry("invalid", "Invalid", "Некорректный", "无效"),
        StarterEntry("cantReproduce", "Can't reproduce", "Не воспроизводится", "无法复现"),
    ),
    Kind.SEVERITY: (
        StarterEntry("critical", "Critical", "Критичная", "致命"),
        StarterEntry("important", "Important", "Существенная", "严重"),
        StarterEntry("normal", "Normal", "Обычная", "一般"),
        StarterEntry("hint", "Hint", "Подсказка", "提示"),
    ),
}
"""By kind, in the order in which people see them."""

AREAS: Mapping[str, str] = {
    "performance": "Performance",
    "function": "Function",
    "reliability": "Reliability",
    "network_security": "Network security",
    "maintainability": "Maintainability",
    "other_dfx": "Other DFX",
    "availability": "Availability",
}
"""The built-in areas: names by key."""

_WORKING = ("open", "inProgress", "needInfo", "testing")

TRANSITIONS: Sequence[StarterTransition] = (
    StarterTransition("start_progress", "Start progress", "В работу", "开始处理", ("open", "testing"), "inProgress"),
    StarterTransition("stop_progress", "Stop progress", "Остановить работу", "停止处理", ("inProgress",), "open"),
    StarterTransition(
        "need_info", "Need info", "Запросить информацию", "请求信息", ("open", "inProgress", "testing"), "needInfo"
    ),
    StarterTransition("provide_info", "Provide info", "Информация предоставлена", "提供信息", ("needInfo",), "open"),
    StarterTransition("start_testing", "Start testing", "Начать тестирование", "开始测试", ("inProgress",), "testing"),
    StarterTransition("resolve", "Resolve", "Решить", "解决", _WORKING, "resolved", ("resolution",)),
    StarterTransition("close", "Close", "Закрыть", "关闭", (*_WORKING, "resolved"), "closed", ("resolution",)),
    StarterTransition("reject", "Reject", "Отклонить", "拒绝", _WORKING, "rejected", ("resolution",)),
    StarterTransition("reopen", "Reopen", "Переоткрыть", "重新打开", ("resolved", "closed", "rejected"), "open"),
)
