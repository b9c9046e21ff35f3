"""What compiled kernels are made of: machine code read with nvdisasm, counted per element, set against a GPU's rates.

listing   the disassembler's text as instructions and labels
flow      which of them the main path executes
taint     which branches part the threads of a warp
pipes     which unit of an SM an opcode occupies
gpus      how fast those units and the memory are, and the modelled load that follows
kernels   what an engine's kernel moves, by its name, and its figures per element
compile   the library's kernels as cubins
rules     what must hold for every kernel
rows      the tables that say what a kernel may cost
bars      bench/bars.csv: bars for all, exceptions by name
budgets   bench/budgets.csv: a figure for each kernel
peers     other kernels for the same activations
printing  the report on a terminal
page      docs/sass.md
"""
