"""What the stand-in model promises: reproducible, bounded, and taught by results."""

from target_app.services.ai.model import Model


def test_the_same_seed_predicts_the_same_within_bounds() -> None:
    first, second = Model(7), Model(7)
    predictions = [first.predict("A/B") for _ in range(500)]
    assert predictions == [second.predict("A/B") for _ in range(500)]
    assert {side for side, _ in predictions} == {"buy", "sell"}
    assert all(0.5 <= confidence <= 1 for _, confidence in predictions)


def test_losses_make_it_careful_and_profits_confident_again() -> None:
    model = Model(7)
    for _ in range(200):
        model.learn(profit=False)
    assert (model.samples, model.accuracy) == (200, 0.0)
    assert 0.95 <= model.trust < 0.96
    assert max(model.predict("A/B")[1] for _ in range(500)) <= 0.5 + 0.5 * 0.96
    for _ in range(200):
        model.learn(profit=True)
    assert model.accuracy == 1.0
    assert model.trust > 0.99


def test_training_anew_forgets() -> None:
    model = Model(7)
    model.learn(profit=False)
    model.retrain()
    assert (model.version, model.samples, model.trust, model.accuracy) == (2, 0, 1.0, 0.5)


def test_a_drill_shifts_its_confidences() -> None:
    model = Model(7)
    model.is_shifted = True
    assert min(model.predict("A/B")[1] for _ in range(100)) >= 0.97
