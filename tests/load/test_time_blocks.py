"""Counts by stretches of a run: never many, mergeable, and the same after a journey as JSON."""

import json

from toolkit.load.time_blocks import MOST_BLOCKS, Block, TimeBlocks


def recorded(*seconds: float) -> TimeBlocks:
    made = TimeBlocks()
    for second in seconds:
        made.record(second, 7, failed=second == 3)
    return made


def test_a_block_is_a_second_while_there_are_few() -> None:
    made = recorded(0.0, 0.9, 3)
    assert made == TimeBlocks(1, {0: Block(2, 0, {7: 2}), 3: Block(1, 1, {7: 1})})


def test_blocks_become_longer_where_there_would_be_many_and_nothing_is_lost() -> None:
    made = recorded(*range(2 * MOST_BLOCKS + 1))
    assert made.seconds == 4
    assert len(made.blocks) == MOST_BLOCKS // 2 + 1
    assert sum(block.requests for block in made.blocks.values()) == 2 * MOST_BLOCKS + 1
    assert made.blocks[0] == Block(4, 1, {7: 4})
    assert made.blocks[MOST_BLOCKS // 2].requests == 1


def test_blocks_of_two_lengths_are_merged_by_the_longer() -> None:
    short, long = recorded(1, 5), recorded(1)
    long.widen_to(4)
    for one, other in ((short, long), (long, recorded(1, 5))):
        one.merge(other)
        assert one == TimeBlocks(4, {0: Block(2, 0, {7: 2}), 1: Block(1, 0, {7: 1})})


def test_they_are_read_as_they_were_written() -> None:
    made = recorded(0, 3, 100)
    assert TimeBlocks.read(json.loads(json.dumps(made.document()))) == made
