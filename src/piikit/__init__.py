"""piikit: a rules engine with plugin indicators for Vietnam's Provincial Innovation Index and the plans made for it."""

# What stands here is loaded when it is first asked for: `__init__.pyi` says where each name comes from.
import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
