"""The GPUs that kernels are set against, and the load that the model predicts: how long a kernel's busiest unit needs for an
element, as a part of the time that DRAM needs for the element's bytes at its peak. Modelled, not measured: above 1 a kernel
cannot be bound by memory; from measured kernels of others, up to about 0.65 costs nothing visible.

Clocks are boost clocks, bandwidths the peaks; rates are lanes a clock and SM, from the throughput table of the CUDA C++
Programming Guide. An SM issues 4 instructions of 32 lanes a clock."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Gpu:
    name: str
    architecture: int
    bandwidth: float  # bytes a second
    multiprocessors: int
    clock: float  # Hz
    rates: dict  # lanes a clock and SM, by pipe

    @property
    def bytes_per_clock(self):
        return self.bandwidth / self.multiprocessors / self.clock


def rates(fma, fp64):
    return {"issue": 128, "fma": fma, "heavy": 64, "alu": 64, "mufu": 16, "fp64": fp64}


GPUS = (
    Gpu("A100", 80, 2039e9, 108, 1.41e9, rates(64, 32)),
    Gpu("H100", 90, 3350e9, 132, 1.98e9, rates(128, 64)),
    Gpu("H200", 90, 4800e9, 132, 1.98e9, rates(128, 64)),
    Gpu("B200", 100, 7672e9, 148, 1.965e9, rates(128, 64)),
)


def gpus_of(architecture):
    return [gpu for gpu in GPUS if gpu.architecture == architecture]


def load(gpu, operations, moved_bytes):
    """(load, the pipe that sets it) of operations and bytes per element."""
    clocks = {pipe: operations[pipe] / rate for pipe, rate in gpu.rates.items()}
    busiest = max(clocks, key=clocks.get)
    return clocks[busiest] / (moved_bytes / gpu.bytes_per_clock), busiest


REGISTERS_PER_PARTITION = 16384  # an SM has four partitions; each hands out registers to its own warps
REGISTER_UNIT = 256  # registers of a warp come in multiples of this
WARPS_PER_PARTITION = 16


def resident_threads(registers, threads_per_block):
    """Threads of an SM (sm_80, sm_90, sm_100), as registers and whole blocks allow; shared memory may allow fewer."""
    of_warp = -(-max(registers, 1) * 32 // REGISTER_UNIT) * REGISTER_UNIT
    warps = 4 * min(WARPS_PER_PARTITION, REGISTERS_PER_PARTITION // of_warp)
    return warps * 32 // threads_per_block * threads_per_block
