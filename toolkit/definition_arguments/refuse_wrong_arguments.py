"""Refuses wrong arguments where a definition is made, before anything is done with them.

`@checked` compares what is given with the annotations: names, types, enumerations, tuples and
the claims of `argument_claims`. A list is taken as the tuple that is meant. The error names
the argument, and `toolkit.find_definitions` finds its line.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from inspect import CO_VARARGS, CO_VARKEYWORDS
from itertools import chain, repeat
from typing import Any, TypeVar, cast, get_type_hints

from toolkit.definition_arguments.annotated_types import Accept, MismatchError, accepting
from toolkit.definition_arguments.words_of_errors import shown, sketch
from toolkit.errors import DefinitionError
from toolkit.unknown_name_did_you_mean import unknown_name

C = TypeVar("C", bound=Callable[..., object])


def checked(target: C) -> C:
    """A class whose objects, or a function whose calls, are refused where arguments are wrong.

    On a dataclass it stands above `@dataclass`. Raises DefinitionError.
    """
    if isinstance(target, type):
        make = target.__init__  # type: ignore[misc]
        target.__init__ = _checking(make, target)  # type: ignore[misc]
        return cast("C", target)
    return cast("C", _checking(target, target))


def _checking(make: Callable[..., Any], target: Callable[..., Any]) -> Callable[..., Any]:
    known: _Parameters | None = None

    @functools.wraps(make)
    def checking(*args: Any, **kwargs: Any) -> Any:
        nonlocal known
        # Annotations may name classes that are defined further down: read at the first call.
        known = known or _Parameters(make, target)
        try:
            if known.are_right(args, kwargs):
                return make(*args, **kwargs)
            call = _Call(known, args, kwargs)
            made = make(*call.placed(), **call.named())
            call.refuse_blank()
        except DefinitionError as error:
            _Call(known, args, kwargs).find_position(error)
            raise
        return made

    return checking


class _Parameters:
    """The parameters of a class or function: their names, and what each takes."""

    def __init__(self, make: Callable[..., Any], target: Callable[..., Any]) -> None:
        self.name = target.__name__
        self.is_class = isinstance(target, type)
        self.hints = _annotations(make, target)
        code = make.__code__
        self.positional = code.co_varnames[: code.co_argcount]
        by_name = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
        rest = iter(code.co_varnames[code.co_argcount + code.co_kwonlyargcount :])
        self.accept = {x: accepting(self.hints.get(x)) for x in (*self.positional, *by_name)}
        # What an author may give: not the object itself, nor what remembers its line.
        self.known = [name for name in self.accept if name not in {"self", "defined"}]
        # Of *args and of **kwargs, which come last among the names.
        self.more = accepting(self.hints.get(next(rest))) if code.co_flags & CO_VARARGS else None
        self.others = (
            accepting(self.hints.get(next(rest))) if code.co_flags & CO_VARKEYWORDS else None
        )
        without = len(self.positional) - len(make.__defaults__ or ())
        defaults = make.__kwdefaults__ or {}
        self.required = (*self.positional[:without], *(x for x in by_name if x not in defaults))
        self.texts = frozenset(name for name in self.required if self.hints.get(name) is str)
        quick = {name: self._quick(name) for name in self.accept}
        places = range(len(self.positional) + 1)
        self._by_place = [quick[name] for name in self.positional]
        self._needed = [frozenset(self.required) - {*self.positional[:n]} for n in places]
        self._by_name = [{x: quick[x] for x in (*self.positional[n:], *by_name)} for n in places]
        self._by_other_name = (None, self.others or _nothing, False)

    def _quick(self, name: str) -> tuple[object, Accept, bool]:
        """The type whose objects are all right, what takes others, and whether blank is wrong."""
        hint = self.hints.get(name)
        kind = hint if isinstance(hint, type) and hint is not float else None
        return kind, self.accept[name], name in self.texts

    def are_right(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Whether the arguments are right as they are: the quick way, without the reasons."""
        if len(args) > len(self.positional) or not self._needed[len(args)] <= kwargs.keys():
            return False
        by_name = map(self._by_name[len(args)].get, kwargs, repeat(self._by_other_name))
        given = chain(zip(self._by_place, args), zip(by_name, kwargs.values()))  # noqa: B905 - fewer may be given
        try:
            for (kind, accept, is_text), value in given:
                if type(value) is not kind:
                    if accept(value) is not value:
                        return False
                elif kind is str and not value.isascii():
                    accept(value)
                if is_text and not value.strip():
                    return False
        except MismatchError:
            return False
        return True


def _nothing(value: object) -> object:
    raise MismatchError(value, "nothing")


def _annotations(make: Callable[..., Any], target: Callable[..., Any]) -> dict[str, Any]:
    written = make.__annotations__
    if any(isinstance(each, str) for each in written.values()):
        return {
            **get_type_hints(target, include_extras=True),
            **get_type_hints(make, include_extras=True),
        }
    return dict(written)


@dataclass(frozen=True, slots=True)
class _Call:
    """One call: what was given by place, `self` among it, and what by name."""

    of: _Parameters
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def placed(self) -> list[Any]:
        """The arguments given by place, as they are meant. Raises DefinitionError."""
        known = self.of.positional
        if len(self.args) > len(known) and self.of.more is None:
            raise self._too_many()
        taken = [
            self._taken(n, self.of.accept[n], x) for n, x in zip(known, self.args, strict=False)
        ]
        for number, value in enumerate(self.args[len(known) :], start=len(known) + 1):
            taken.append(self._taken(f"argument {number}", self.of.more, value))
        return taken

    def named(self) -> dict[str, Any]:
        """The arguments given by name, as they are meant. Raises DefinitionError."""
        placed = self.of.positional[: len(self.args)]
        taken = {}
        for name, value in self.kwargs.items():
            accept = self.of.accept.get(name, self.of.others)
            if accept is None:
                raise self._error(name, unknown_name("argument", name, self.of.known))
            if name in placed:
                raise self._error(name, f"{name} is given twice, by place and by name.")
            taken[name] = self._taken(name, accept, value)
        missing = [x for x in self.of.required if x not in taken and x not in placed]
        if missing:
            raise self._missing(missing)
        return taken

    def refuse_blank(self) -> None:
        """Raise DefinitionError for a text that must say something and does not."""
        given = {**self.kwargs, **dict(zip(self.of.positional, self.args, strict=False))}
        for name in self.of.texts:
            if not given[name].strip():
                raise self._error(name, f"{name} is empty.", fix=f'write {name}="…".')

    def find_position(self, error: DefinitionError) -> None:
        """Add to an error the place of its argument, where it was given without its name."""
        placed = [x for x in self.of.positional[: len(self.args)] if x != "self"]
        if error.position is None and error.argument in placed:
            error.position = placed.index(error.argument)

    def _taken(self, name: str, accept: Accept | None, value: Any) -> Any:
        try:
            return accept(value) if accept else value
        except MismatchError as error:
            message = f"{name}{error.path} is {shown(error.value)}; it must be {error.expected}."
            raise self._error(name, message, fix=self._fix(name, error)) from None

    def _fix(self, name: str, error: MismatchError) -> str:
        if error.hint:
            return error.hint
        if error.write:
            return f"write {error.write} there." if error.path else f"write {name}={error.write}."
        if error.value is None and name not in self.of.required and not error.path:
            return f"leave {name} out."
        return ""

    def _missing(self, names: list[str]) -> DefinitionError:
        verb = "is" if len(names) == 1 else "are"
        fix = ", ".join(f"{name}={sketch(self.of.hints.get(name))}" for name in names)
        return self._error("", f"{', '.join(names)} {verb} missing.", fix=f"add {fix}.")

    def _too_many(self) -> DefinitionError:
        known = [name for name in self.of.positional if name in self.of.known]
        first = self.args[len(self.of.positional)]
        by_name = [name for name in self.of.known if name not in known]
        allowed = f"only {', '.join(known)} may be." if known else "every argument needs one."
        fix = f"write its name: {'=…, '.join(by_name)}=…" if by_name else ""
        return self._error("", f"{shown(first)} is given without a name; {allowed}", fix=fix)

    def _error(self, argument: str, message: str, *, fix: str = "") -> DefinitionError:
        return DefinitionError(f"{self._subject()}: {message}", fix=fix, argument=argument)

    def _subject(self) -> str:
        """`Alert("NoSales")`: what is called, and for what, where that has a name."""
        own = self.args[:1] if "self" in self.of.accept else ()
        if not self.of.is_class:
            return "".join(f"{each.name}." for each in own) + f"{self.of.name}()"
        first = [*self.args[1:], *(self.kwargs[x] for x in self.of.known[:1] if x in self.kwargs)]
        named = first[0] if first else None
        named = named if isinstance(named, str) else getattr(named, "name", None)
        return f"{self.of.name}({shown(named) if isinstance(named, str) else '…'})"
