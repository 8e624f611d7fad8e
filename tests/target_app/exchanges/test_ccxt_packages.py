"""ccxt's modules alone are ccxt's: the same classes and names, and only the exchanges asked for."""

import subprocess
import sys

import ccxt.async_support as ccxt
import pytest

from target_app.exchanges import ccxt_packages
from tests.support.repository import ROOT

ALONE = """
import sys
from target_app.exchanges import ccxt_packages

def exchanges():
    return sorted(name for name in sys.modules if name in WHOLE or name.endswith("kraken"))

WHOLE = {"ccxt.binance", "ccxt.async_support.binance", "ccxt.kraken"}
made = ccxt_packages.exchange_class("kraken")
from target_app.exchanges.paper import paper
import ccxt
import ccxt.async_support
assert exchanges() == ["ccxt.abstract.kraken", "ccxt.async_support.kraken"], exchanges()
assert ccxt.async_support.kraken is made
assert issubclass(made, ccxt.async_support.Exchange)
assert issubclass(paper, ccxt.async_support.Exchange)
assert ccxt.InvalidOrder is ccxt.async_support.InvalidOrder
assert not hasattr(ccxt, "__wrapped__")
assert exchanges() == ["ccxt.abstract.kraken", "ccxt.async_support.kraken"], exchanges()

assert not hasattr(ccxt, "no_such_exchange")  # only ccxt's own code can know
assert ccxt.__version__ == ccxt.async_support.__version__
assert ccxt.async_support.kraken is made
assert ccxt.async_support.binance().id == ccxt.binance().id == "binance"
assert ccxt_packages.exchange_class("binance") is ccxt.async_support.binance
assert len(ccxt_packages.exchange_names()) == len(ccxt.exchanges) > 50
print("whole")
"""


@pytest.mark.programs
def test_only_what_is_asked_for_is_imported_and_the_rest_is_there_when_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("whole\n", "", 0)


def test_every_exchange_of_ccxt_is_found_by_its_name() -> None:
    assert ccxt_packages.exchange_names() == ccxt.exchanges
    for name in ccxt.exchanges:
        assert ccxt_packages.exchange_class(name) is getattr(ccxt, name)


@pytest.mark.parametrize("name", ["base", "no_such_exchange", "no.such", "", "__init__", "sys"])
def test_what_is_no_exchange_is_none(name: str) -> None:
    assert ccxt_packages.exchange_class(name) is None
