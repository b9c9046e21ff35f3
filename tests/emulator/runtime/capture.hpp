// The rules of stream capture: what is forbidden while it goes on, and what an offence does.
#pragma once

#include "runtime/stream.hpp"

namespace emulator::runtime {

/// Throws where the call (a synchronisation, an allocation, ...) is prohibited by a capture in
/// progress, and invalidates that capture: cudaThreadExchangeStreamCaptureMode in the CUDA manual
/// has the rules.
void forbid_unsafe_call_during_capture();

/// The same for a call that waits for, or asks about, this stream.
void forbid_while_capturing(stream_state& state, stream const& where);

/// Throws cudaErrorStreamCaptureImplicit while a blocking stream is captured: the legacy stream is
/// unusable then.
void require_no_blocking_capture(stream_state const& state);
/// The same for work in the legacy stream; it makes the capture invalid.
void forbid_implicit_dependency(stream_state& state);

/// Throws with the code, after the capture is made invalid.
[[noreturn]] void invalidate(capture& broken, cudaError_t code, char const* message);

/// Lets the stream join the capture that the event was recorded in.
void join_capture(stream& where, std::shared_ptr<stream> const& self, event const& source);

/// What cudaThreadExchangeStreamCaptureMode sets for the calling thread.
cudaStreamCaptureMode& thread_capture_mode();

/// What cudaStreamEndCapture returns for the capture as it is.
cudaError_t verdict(capture const& ended);

/// Ends a capture, whatever its state. Held here: its streams let go of it.
void end_capture(stream_state& state, std::shared_ptr<capture> ended);

}  // namespace emulator::runtime
