"""Domain values as the Yandex wire has them: one module a noun, one function a shape, each given the `View` first."""
