// Declarations that tests of memory instructions begin with.
#pragma once

#include <string>

namespace emulator {

// A variable of each space, and generic addresses of them.
inline std::string const variables =
    ".shared .align 16 .b8 tile[64];\n.local .align 16 .b8 own[64];\n.reg .b64 %g, %s, %l, %p;\n"
    "mov.u64 %g, %address;\nmov.u64 %s, tile;\nmov.u64 %l, own;\nmov.u64 %p, records;\n"
    "cvta.shared.u64 %s, %s;\ncvta.local.u64 %l, %l;\ncvta.param.u64 %p, %p;\n";

}  // namespace emulator
