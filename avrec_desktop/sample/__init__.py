"""The sample library: short clips that the app renders itself, with a believable viewing history."""

from avrec_desktop.sample.install import SampleResult, install_sample, make_sample

__all__ = ["SampleResult", "install_sample", "make_sample"]
