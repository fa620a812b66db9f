"""What people open and fill: forms, reports, workbooks, the folder of a year."""

# Loaded when first asked for: `__init__.pyi` says where each name comes from.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
