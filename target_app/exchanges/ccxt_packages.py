"""ccxt without the exchanges that nobody asked for.

`import ccxt.async_support` imports the modules of a hundred exchanges, each of them twice: most of
the time in which a service starts, and much of its memory. Here both packages are put in place
with nothing in them, so that one of their modules can be imported alone. Whatever else is asked of
a package is answered by its own code, which runs then.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_PACKAGES = ("ccxt", "ccxt.async_support")
_WRITTEN_BY_CCXT = frozenset({"__all__", "__version__"})


class _Package(ModuleType):
    """A package whose code runs when a name is missed; Python's own names are never of it."""

    __spec__: ModuleSpec

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _WRITTEN_BY_CCXT:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        # Names that ccxt's own modules take from the package, from where it has them.
        exchange = name == "Exchange"
        source = f"{self.__name__}.base.exchange" if exchange else "ccxt.base.errors"
        module = importlib.import_module(source)
        if hasattr(module, name):
            return getattr(module, name)
        self.__class__ = ModuleType  # type: ignore[assignment] # its code may miss names itself
        assert self.__spec__.loader is not None  # noqa: S101 - found by a path, it has one
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def leave_exchanges_out() -> None:
    """Let modules of ccxt be imported without its exchanges. Where those are there, they stay."""
    for name in _PACKAGES:
        if name not in sys.modules:
            spec = find_spec(name)
            if spec is None:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            package = module_from_spec(spec)
            package.__class__ = _Package
            sys.modules[name] = package
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(sys.modules[parent], child, package)


def exchange_class(name: str) -> type[Any] | None:
    """The class of an exchange in ccxt, for asyncio; None where ccxt has none of that name."""
    leave_exchanges_out()
    package = importlib.import_module("ccxt.async_support")
    path = f"{package.__name__}.{name}"
    if not name.isidentifier() or find_spec(path) is None:
        return None
    found = getattr(importlib.import_module(path), name, None)
    if not isinstance(found, type):
        return None
    setattr(package, name, found)  # as its own code has it: the class, not the module
    return found


def exchange_names() -> list[str]:
    """Every exchange that ccxt has; imports all of them."""
    names: list[str] = importlib.import_module("ccxt.async_support").exchanges
    return names
