"""The neural-network library that *Mathematical Methods in Deep Learning* derives."""

__version__ = "0.1.0"
