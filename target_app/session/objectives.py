"""What a trading session promises: the bounds of its regression, its alerts and its panels."""

# A desk of a dozen markets has a dozen intents at most; fifty are never cleared.
MOST_PENDING = 50
WARN_PENDING = 10
# A few grow old while a venue is away for a moment.
MOST_STALE = 10
# Two in three are usual. Under one in three the bot pays for prices that nobody offers.
LEAST_FILL_RATE = 0.3
# So many in five minutes: fewer say nothing about a rate.
ENOUGH_ORDERS = 10
# One is a slow answer; six in five minutes are a venue that does not answer.
MOST_BUDGET_TIMEOUTS = 5
# A thread of the bot that gives no sign of life for so long is stuck.
WATCHED_SECONDS = 10.0
