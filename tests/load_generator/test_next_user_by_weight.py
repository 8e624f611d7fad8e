"""Whose turn it is: classes by their number of users, and the users of a class in turn."""

from collections import Counter

from toolkit.load_generator.next_user_by_weight import UserQueues


def queues(**members: int) -> UserQueues:
    """Classes with so many users, all of them idle; they are called `buyer 0`, `buyer 1`."""
    made = UserQueues()
    for kind, count in members.items():
        for number in range(count):
            made.join(kind)
            made.add_idle(kind, f"{kind} {number}")
    return made


def give(made: UserQueues, times: int) -> list[str]:
    """Who is given so many moments, each idle again at once."""
    users = []
    for moment in range(times):
        user = made.give(float(moment))
        assert user is not None
        made.add_idle(user.partition(" ")[0], user)
        users.append(user)
    return users


def test_every_user_of_a_class_has_its_turn() -> None:
    assert give(queues(buyer=3), 7) == [f"buyer {n}" for n in (0, 1, 2, 0, 1, 2, 0)]


def test_classes_send_in_proportion_to_their_users_and_evenly_mixed() -> None:
    users = give(queues(buyer=3, seller=1), 400)
    assert Counter(user.partition(" ")[0] for user in users) == {"buyer": 300, "seller": 100}
    for start in range(0, 400, 4):
        assert sum(user.startswith("seller") for user in users[start : start + 4]) == 1
    assert set(Counter(users).values()) == {100}


def test_a_busy_class_keeps_its_moments_while_another_is_idle() -> None:
    """However slow one part of the mix is, the service is asked for the mix that was declared."""
    made = queues(buyer=1, seller=1)
    assert {made.give(1.0), made.give(2.0)} == {"buyer 0", "seller 0"}
    made.add_idle("seller", "seller 0")
    given = []
    for moment in (3.0, 4.0, 5.0, 6.0):
        user = made.give(moment)
        if user:
            made.add_idle("seller", user)
        given.append(user)
    assert given.count("seller 0") == 2
    assert given.count(None) == made.waiting == 2
    waiting = [moment for moment, user in zip((3.0, 4.0, 5.0, 6.0), given, strict=True) if not user]
    assert [made.claim("seller"), made.claim("buyer"), made.claim("buyer")] == [None, *waiting]


def test_what_waited_for_the_last_user_of_a_class_goes_to_others() -> None:
    made = UserQueues()
    made.join("buyer")
    made.join("seller")
    assert [made.give(1.0), made.give(2.0)] == [None, None]
    made.leave("buyer")
    assert made.waiting == 2
    assert sorted([made.claim("seller") or 0, made.claim("seller") or 0]) == [1.0, 2.0]
    assert not made.are_abandoned
    made.leave("seller")
    assert made.are_abandoned


def test_without_users_a_moment_waits_for_whoever_comes_first() -> None:
    made = UserQueues()
    assert not made.are_abandoned  # none has ever lived
    assert made.give(1.0) is None
    made.join("buyer")
    assert made.claim("buyer") == 1.0
    assert made.claim("buyer") is None


def test_an_idle_user_may_go_and_one_that_was_woken_was_not_idle() -> None:
    made = queues(buyer=1)
    assert made.remove_idle("buyer", "buyer 0")
    assert not made.remove_idle("buyer", "buyer 0")
    assert made.any_idle() is None


def test_what_waits_can_be_dropped() -> None:
    made = UserQueues()
    made.give(1.0)
    made.join("buyer")
    made.give(2.0)
    made.drop_waiting()
    assert made.waiting == 0
