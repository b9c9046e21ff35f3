"""Which unit of an SM an opcode occupies, and with how many operations a thread. An opcode without an entry is an error:
what is not known is not free.

fma    single and half precision arithmetic, 32-bit integer multiply-add; HFMA2.MMA and IMAD also move constants and registers
heavy  the half of the fma pipe from sm_90 on that multiplies integers
alu    integers, logic, shifts, comparisons, selections, bytes (PRMT), packing to 16 bits (F2FP)
mufu   functions (MUFU) and conversions between the widths and kinds of numbers, 16 lanes
fp64   double precision
Everything takes an issue slot; what is only in that column below goes to memory, to the uniform data path or nowhere."""

ISSUE_ONLY = """
    LDG STG LD ST LDL STL LDS STS LDC ULDC LDCU LDGSTS LDGDEPBAR LDSM ATOMS ATOM ATOMG RED DEPBAR CCTL CCTLL MEMBAR FENCE ERRBAR
    UBLKCP UBLKPF UTMALDG UTMASTG UTMACMDFLUSH SYNCS ELECT ACQBULK ARRIVES UCGABAR_ARV UCGABAR_WAIT PREEXIT
    S2R S2UR CS2R CS2UR R2UR S2UP
    BRA BRX JMP JMX CALL RET EXIT KILL NOP BSSY BSYNC BREAK BMOV BAR B2R WARPSYNC ENDCOLLECTIVE YIELD NANOSLEEP RPCMOV LEPC
    SHFL VOTE VOTEU MATCH REDUX
    UIADD3 UIMAD UISETP ULEA UMOV USEL USHF ULOP3 UPLOP3 UPRMT USGXT UBMSK UFLO UPOPC UP2UR UR2UP UVIADD UVIMNMX UIMNMX UIABS
    UFADD UFMUL UFFMA UFSEL UFSETP UFMNMX UF2FP UI2FP UMEMSETS"""
FMA = "FADD FMUL FFMA FSWZADD HADD2 HMUL2 HFMA2"
PACKED_FMA = "FADD2 FMUL2 FFMA2"
INTEGER_MULTIPLY = "IMAD IMUL IDP"
ALU = """
    IADD IADD3 IADD32I IABS IMNMX ISETP LEA LOP LOP3 LOP32I MOV MOV32I PRMT SEL SGXT SHF BMSK VABSDIFF VIADD VIADDMNMX VIMNMX
    VIMNMX3 PLOP3 P2R R2P FMNMX FMNMX3 FSEL FSET FSETP FCHK HMNMX2 VHMNMX HSET2 HSETP2 F2FP I2FP F2IP I2IP"""
MUFU = "MUFU F2F F2I I2F FRND POPC FLO BREV"
FP64 = "DADD DMUL DFMA DSETP DMNMX"

OPERATIONS = {opcode: operations
              for opcodes, operations in ((ISSUE_ONLY, {}), (FMA, {"fma": 1}), (PACKED_FMA, {"fma": 2}),
                                          (INTEGER_MULTIPLY, {"fma": 1, "heavy": 1}), (ALU, {"alu": 1}), (MUFU, {"mufu": 1}),
                                          (FP64, {"fp64": 1}))
              for opcode in opcodes.split()}
PIPES = ("issue", "fma", "heavy", "alu", "mufu", "fp64")


def unknown(instructions):
    return sorted({i.opcode for i in instructions} - OPERATIONS.keys())


def count(instructions):
    """Operations of each pipe, issue slots among them."""
    totals = dict.fromkeys(PIPES, 0)
    for instruction in instructions:
        totals["issue"] += 1
        for pipe, operations in OPERATIONS[instruction.opcode].items():
            totals[pipe] += operations
    return totals
