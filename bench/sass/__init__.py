"""What compiled kernels are made of: machine code read with nvdisasm, counted per element, set against a GPU's rates.

listing   the disassembler's text as instructions and labels
flow      which of them the main path executes, and what could take a thread off it
pipes     which unit of an SM an opcode occupies
gpus      how fast those units and the memory are, and the modelled load that follows
kernels   what an engine's kernel moves, by its name, and its figures per element
compile   the library's kernels as cubins
budgets   the figures that a kernel may not exceed
peers     other kernels for the same activations
page      docs/sass.md
"""
