"""Tests of rules and routes: boundary cases, answers of promtool and amtool, mutants."""
