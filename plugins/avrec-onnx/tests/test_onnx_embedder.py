"""Models of the user's own: the list, the networks, clear errors, and the contract for each kind."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.api import AudioPatches, FeatureExtractor, Frames, MediaSource, MediaText, PluginError, TimedText
from avrec_desktop.api.options import provide_options
from avrec_desktop.api.testing import ExtractorConformance, FakeMedia
from avrec_desktop.api.testing.extractor import moving_square, tone
from avrec_onnx import avrec_feature_extractors, config, extractor, nets, prepare

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

_spec = importlib.util.spec_from_file_location("tiny_models", Path(__file__).with_name("tiny_models.py"))
assert _spec is not None and _spec.loader is not None
tiny = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny)

Made = Callable[[str], list[type[FeatureExtractor]]]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / "cache"))


@pytest.fixture
def make(tmp_path: Path) -> Made:
    """Return a function that writes a list of models and returns their extractors."""

    def made(text: str) -> list[type[FeatureExtractor]]:
        (tmp_path / "models.toml").write_text(text, encoding="utf-8")
        provide_options("onnx-embedder", {"models": str(tmp_path / "models.toml")})
        try:
            return list(avrec_feature_extractors())
        finally:
            provide_options("onnx-embedder", {})

    return made


IMAGE = '[[model]]\nname = "tiny"\nkind = "image"\nfile = "image.onnx"\nsize = 16\nmean = [0.5, 0.5, 0.5]\nstd = 0.25\n'
SOUND = '[[model]]\nname = "ears"\nkind = "audio"\nfile = "sound.onnx"\nrate = 8000\nwindow = 1.0\n'
WORDS = (
    '[[model]]\nname = "words"\nkind = "text"\nfile = "words.onnx"\ntokenizer = "tokenizer.json"\npooling = "mean"\n'
)


class _Conformance(ExtractorConformance):
    """The suite over one model, made anew for every test."""

    text = ""

    @pytest.fixture(autouse=True)
    def _class(self, make: Made, tmp_path: Path, request: pytest.FixtureRequest) -> None:
        tiny.image_net(tmp_path / "image.onnx")
        tiny.sound_net(tmp_path / "sound.onnx", samples=8000)
        tiny.words_net(tmp_path / "words.onnx")
        tiny.tokenizer(tmp_path / "tokenizer.json")
        (cls,) = make(self.text)
        assert cls.unavailable() is None
        request.cls.extractor = cls


class TestImageConformance(_Conformance):
    text = IMAGE


class TestSoundConformance(_Conformance):
    text = SOUND

    def typical(self) -> Sequence[MediaSource]:
        return [FakeMedia(sound=tone(8, 300.0)), FakeMedia(sound=tone(8, 1500.0))]


class TestWordsConformance(_Conformance):
    text = WORDS


def test_no_list_means_no_extractor_and_no_error() -> None:
    provide_options("onnx-embedder", {"models": ""})
    assert list(avrec_feature_extractors()) == []


def test_a_text_tower_answers_searches_in_the_space_of_the_pictures(make: Made, tmp_path: Path) -> None:
    tiny.image_net(tmp_path / "image.onnx")
    tiny.words_net(tmp_path / "words.onnx")
    tiny.tokenizer(tmp_path / "tokenizer.json")
    tower = '[model.text]\nfile = "words.onnx"\ntokenizer = "tokenizer.json"\npooling = "first"\n'
    tower += "max_tokens = 8\npad = true\n"
    (cls,) = make(IMAGE + tower)
    assert (cls.id, cls.modality, cls.dim, cls.unavailable()) == ("onnx-tiny", "video", 6, None)
    one = cls()
    calm, other = one.embed_query("calm piano"), one.embed_query("战斗音乐")
    assert calm is not None and other is not None
    np.testing.assert_allclose(np.linalg.norm(calm), 1.0, rtol=1e-5)
    assert abs(float(calm @ other)) < 0.999
    assert one.embed_query("  ") is None
    tiny.words_net(tmp_path / "words.onnx", dim=5)
    (cls,) = make(IMAGE + tower)
    assert "words gives 5 numbers, and that of the items 6" in (cls.unavailable() or "")


def test_frames_give_segments_with_their_times(make: Made, tmp_path: Path) -> None:
    tiny.image_net(tmp_path / "image.onnx")
    (cls,) = make(IMAGE)
    frames = np.concatenate([moving_square(2), np.zeros((1, 48, 64, 3), np.uint8)])
    found = cls().extract(FakeMedia(pictures=frames))
    assert found.segments is not None and found.times is not None
    assert found.segments.shape == (2, 6), "the black frame says nothing"
    assert found.times[:, 0].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no table"),
        ("[[model]\n", "not valid TOML"),
        ('[[model]]\nkind = "image"\n', "model 1: 'name'"),
        ('[[model]]\nname = "A b"\n', "model 'A b'|model A b"),
        (IMAGE.replace('"image"', '"smell"', 1), "'kind' must be one of image, audio, text"),
        (IMAGE.replace("image.onnx", "image.pt"), "ending in .onnx or .keras"),
        (IMAGE.replace("size = 16", "size = [16]"), "'size'"),
        (IMAGE.replace("std = 0.25", "std = 0"), "'std' must be above 0"),
        (IMAGE.replace("std = 0.25", "std = [1, 2]"), "a list of 3"),
        (IMAGE + "colour = 1\n", "no setting 'colour'"),
        (IMAGE + 'layout = "chwn"\n', "'layout' must be one of nchw, nhwc"),
        (IMAGE + "[model.text]\nfile = 'w.onnx'\n", "needs a 'tokenizer'"),
        (SOUND.replace("8000", "0"), "'rate' must be above 0"),
        (SOUND.replace("8000", '"high"'), "'rate' must be a whole number, not 'high'"),
        (SOUND + "[model.mel]\nbands = 0\n", "'bands'"),
        (SOUND + "[model.mel]\nbins = 9\n", "no setting 'bins'"),
        (WORDS.replace('tokenizer = "tokenizer.json"\n', ""), "words needs a 'tokenizer'"),
        (WORDS + "max_tokens = 1\n", "'max_tokens'"),
        (IMAGE + IMAGE, "two models are named 'tiny'"),
    ],
)
def test_a_wrong_list_is_refused_with_the_entry_and_the_key(
    make: Made, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(PluginError, match=message) as caught:
        make(text)
    assert str(tmp_path / "models.toml") in str(caught.value)


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="cannot be read"):
        config.read(tmp_path / "nowhere.toml")


def test_a_model_that_does_not_work_says_why_and_hurts_no_other(make: Made, tmp_path: Path) -> None:
    tiny.image_net(tmp_path / "image.onnx", positions=True)
    tiny.sound_net(tmp_path / "sound.onnx", samples=8000)
    tiny.words_net(tmp_path / "words.onnx", extra="pixel_values")
    tiny.tokenizer(tmp_path / "tokenizer.json")
    (tmp_path / "broken.onnx").write_bytes(b"not a network")
    (tmp_path / "broken.json").write_text("{}")

    def trouble(text: str) -> str:
        good, bad = make(SOUND + text)
        assert good.unavailable() is None
        return bad.unavailable() or ""

    image = IMAGE.replace('"tiny"', '"bad"')
    assert "image2.onnx is not there" in trouble(image.replace("image.onnx", "image2.onnx"))
    assert "cannot be loaded" in trouble(image.replace("image.onnx", "broken.onnx"))
    assert "set 'pooling'" in trouble(image)
    assert "takes (any, 3, 16, 16), and the settings give (1, 3, 24, 24)" in trouble(image.replace("= 16", "= 24"))
    assert "takes (any, 3, 16, 16), and the settings give (1, 16, 16, 3)" in trouble(image + 'layout = "nhwc"\n')
    assert "no output 'logits'; there are: positive, mean" in trouble(image + 'output = "logits"\n')
    assert "no input 'data'; there are: pixels" in trouble(image + 'input = "data"\noutput = "mean"\n')
    assert "it wants pixel_values" in trouble(WORDS)
    tiny.words_net(tmp_path / "words.onnx")
    assert "set 'pooling'" in trouble(WORDS.replace('"mean"', '"none"'))
    assert "tokenizer cannot be read" in trouble(WORDS.replace("tokenizer.json", "broken.json"))
    tiny.image_net(tmp_path / "image.onnx", bad=True)
    assert "not finite" in trouble(image)


def test_a_package_that_is_not_installed_is_named(make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.image_net(tmp_path / "image.onnx")
    find = importlib.util.find_spec
    monkeypatch.setattr(nets.importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else find(name))
    (cls,) = make(IMAGE)
    assert cls.unavailable() == "install the package onnxruntime (pip install onnxruntime)"


def test_a_network_is_tried_once_and_again_when_its_file_changes(
    make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    load = nets.load
    monkeypatch.setattr(nets, "load", lambda network: tried.append(network.file.name) or load(network))
    tiny.image_net(tmp_path / "image.onnx")
    (first,) = make(IMAGE)
    (again,) = make(IMAGE)
    assert len(tried) == 1
    assert first.version == again.version
    tiny.image_net(tmp_path / "image.onnx", dim=9)
    (other,) = make(IMAGE)
    assert (len(tried), other.dim) == (2, 9)
    assert other.version != first.version
    for note in (tmp_path / "cache").iterdir():
        note.write_text("damaged")
    (same,) = make(IMAGE)
    assert (len(tried), same.dim) == (3, 9)


def test_maps_and_positions_are_pooled_as_set() -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    mask = np.array([[1, 1, 0], [1, 1, 1]])

    def pooled(pooling: config.Pooling, given: np.ndarray = values, **more: object) -> np.ndarray:
        return nets.pool(given, config.Network(Path("x.onnx"), pooling=pooling), **more)  # type: ignore[arg-type]

    np.testing.assert_array_equal(pooled("first"), values[:, 0])
    np.testing.assert_array_equal(pooled("last", mask=mask), np.stack([values[0, 1], values[1, 2]]))
    np.testing.assert_array_equal(pooled("mean", mask=mask)[0], values[0, :2].mean(axis=0))
    np.testing.assert_array_equal(pooled("max", mask=mask)[0], values[0, 1])
    picture = np.random.default_rng(0).normal(0, 1, (2, 5, 4, 4)).astype(np.float32)
    np.testing.assert_allclose(pooled("mean", picture), picture.mean(axis=(2, 3)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(pooled("mean", picture, layout="nhwc"), picture.mean(axis=(1, 2)), rtol=1e-5, atol=1e-6)
    with pytest.raises(PluginError, match="a vector a row is wanted"):
        pooled("mean", np.zeros(3, np.float32))


def test_pictures_are_scaled_cropped_and_normalised() -> None:
    pixels = np.zeros((1, 40, 80, 3), np.uint8)
    pixels[..., 0] = 255
    pixels[:, :, :10] = (0, 0, 255)  # what the middle leaves out
    frames = Frames(pixels, np.zeros(1), np.ones(1))
    network = config.Network(Path("x.onnx"))
    common = {"size": (20, 20), "scale": 1 / 255, "mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}
    out = prepare.pictures(frames, config.ModelSpec("x", "image", network, **common))  # type: ignore[arg-type]
    assert out.shape == (1, 3, 20, 20)
    np.testing.assert_allclose(out[0, :, 10, 10], [1.0, -1.0, -1.0])
    assert out[0, 2].max() == pytest.approx(-1.0), "the edge is cut off"
    blue = config.ModelSpec("x", "image", network, layout="nhwc", bgr=True, **common)  # type: ignore[arg-type]
    np.testing.assert_allclose(prepare.pictures(frames, blue)[0, 10, 10], [-1.0, -1.0, 1.0])


def test_short_sound_is_repeated_until_it_fills_the_window_and_spectrograms_have_their_shape() -> None:
    patches = AudioPatches(np.arange(6, dtype=np.float32)[None] / 10, np.zeros(1), 2)
    network = config.Network(Path("x.onnx"))
    out = prepare.sounds(patches, config.ModelSpec("x", "audio", network, rate=2, window=5.0, channel_axis=True))
    np.testing.assert_allclose(out[0, 0], np.array([0, 1, 2, 3, 4, 5, 0, 1, 2, 3]) / 10)
    pytest.importorskip("librosa")
    wave = AudioPatches(tone(3.0)[None], np.zeros(1), 16000)
    mel = config.Mel(bands=32, fft=512, hop=160, high=0.0)
    spec = config.ModelSpec("x", "audio", network, rate=16000, window=1.0, mel=mel)
    assert prepare.sounds(wave, spec).shape == (1, 101, 32)


def test_all_words_of_an_item_are_read() -> None:
    text = MediaText(
        title="Night", artist="Ann", tags=("calm", "Night"), description="About. " * 600,
        subtitles=(TimedText(0, 1, "Hello"),), transcript="Spoken words",
    )  # fmt: skip
    found = prepare.passages(text)
    assert found[0] == ("Night, Ann, calm", 1.0)
    assert [w for t, w in found if t.startswith("About")] == [pytest.approx(0.8 / 3)] + [pytest.approx(0.8 / 3)] * (
        sum(t.startswith("About") for t, _ in found) - 1
    )
    assert ("Hello", 0.5) in found
    assert ("Spoken words", 0.6) in found
    assert prepare.passages(MediaText()) == []


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_keras_network_works_and_its_layers_can_be_outputs(make: Made, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    pixels = keras.Input((16, 16, 3), name="pixels")
    hidden = keras.layers.Conv2D(5, 3, activation="relu", name="features")(pixels)
    out = keras.layers.Dense(4, name="classes")(keras.layers.GlobalAveragePooling2D()(hidden))
    keras.Model(pixels, out).save(tmp_path / "tiny.keras")
    base = IMAGE.replace("image.onnx", "tiny.keras") + 'layout = "nhwc"\n'
    (whole,) = make(base)
    assert (whole.unavailable(), whole.dim) == (None, 4)
    (layer,) = make(base + 'output = "features"\npooling = "mean"\n')
    assert (layer.unavailable(), layer.dim) == (None, 5)
    found = layer().extract(FakeMedia(pictures=moving_square(3)))
    np.testing.assert_allclose(np.linalg.norm(found.vector), 1.0, rtol=1e-5)
    (wrong,) = make(base + 'output = "nothing"\n')
    assert "no layer 'nothing'; there are: pixels" in (wrong.unavailable() or "")
    (tmp_path / "tiny.keras").write_bytes(b"x")
    (broken,) = make(base)
    assert "cannot be loaded" in (broken.unavailable() or "")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_keras_file_that_runs_code_is_refused(make: Made, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    pixels = keras.Input((16, 16, 3))
    code = keras.layers.Lambda(lambda x: x * 2.0)(pixels)
    keras.Model(pixels, keras.layers.GlobalAveragePooling2D()(code)).save(tmp_path / "tiny.keras")
    (cls,) = make(IMAGE.replace("image.onnx", "tiny.keras") + 'layout = "nhwc"\n')
    assert "cannot be loaded" in (cls.unavailable() or "")


def test_each_model_is_an_extractor_of_its_own(make: Made, tmp_path: Path) -> None:
    tiny.image_net(tmp_path / "image.onnx")
    tiny.sound_net(tmp_path / "sound.onnx", samples=8000)
    classes = make(IMAGE + 'title = "My eyes"\n' + SOUND)
    assert [(c.id, c.name, c.modality) for c in classes] == [
        ("onnx-tiny", "My eyes", "video"),
        ("onnx-ears", "ears", "audio"),
    ]
    assert all(issubclass(c, extractor.Embedder) for c in classes)
