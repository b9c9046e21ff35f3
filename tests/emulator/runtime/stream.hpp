// Streams, events and captures, and the state that they share.
#pragma once

#include "runtime/graph.hpp"
#include "runtime/handle_table.hpp"
#include "runtime/operation_queue.hpp"

#include <cuda_runtime_api.h>

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace emulator::runtime {

struct stream;

struct capture {
  unsigned long long id = 0;
  cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  std::thread::id thread;
  stream* origin = nullptr;
  std::vector<std::shared_ptr<stream>> members;
  std::shared_ptr<graph> target;
  bool invalid = false;  // an error during capture: only its end is allowed
  bool ended = false;
};

struct stream {
  unsigned flags = cudaStreamDefault;
  int priority = 0;
  unsigned long long id = 0;
  bool legacy = false;
  bool closed = false;  // destroyed, or its thread has ended: lives until its work is done
  operation_ptr tail;
  std::shared_ptr<capture> capturing;
  std::vector<graph_node*> capture_tail;

  bool blocking() const { return (flags & cudaStreamNonBlocking) == 0; }
};

struct event {
  unsigned flags = cudaEventDefault;
  operation_ptr recorded;
  std::shared_ptr<capture> captured_in;  // the last record was captured
  std::vector<graph_node*> captured_nodes;
};

/// Everything that streams, events and graphs change; its mutex is held by whoever looks at it.
struct stream_state {
  stream_state();
  /// Every stream, event and graph that a program has made is gone; for cudaDeviceReset.
  void forget_handles();

  std::mutex mutex;
  operation_queue queue;
  std::shared_ptr<stream> legacy;
  std::vector<std::shared_ptr<stream>> blocking;  // those that order with the legacy stream
  std::vector<std::shared_ptr<capture>> captures;
  handle_table<cudaStream_t, stream> streams{0x5001, "stream"};
  handle_table<cudaEvent_t, event> events{0x5002, "event"};
  handle_table<cudaGraph_t, graph> graphs{0x5003, "graph"};
  handle_table<cudaGraphNode_t, graph_node> nodes{0x5004, "node of a graph"};
  handle_table<cudaGraphExec_t, executable_graph> executables{0x5005, "executable graph"};
  unsigned long long last_stream_id = 0;
  unsigned long long last_capture_id = 0;
};

stream_state& streams();

/// The stream behind a handle: 0 and 1 are the legacy stream, 2 the calling thread's own.
std::shared_ptr<stream> stream_of(stream_state& state, cudaStream_t handle);

/// Queues the work in the stream, or adds it to the stream's capture: then the result is null. The
/// one way for work to reach the device.
operation_ptr submit(runtime_lock& lock, stream& where, work_ptr what);
/// Submits a marker behind the stream's work and the given operation.
void submit_wait(stream_state& state, stream& where, operation_ptr const& behind);
/// Queues a whole graph in the stream, or adds its nodes to the stream's capture.
void submit_graph(runtime_lock& lock, stream& where, executable_graph& launched);

/// Waits for the operations and throws the device's sticky error, if there is one then.
void wait_for(runtime_lock& lock, std::vector<operation_ptr> targets);
void wait_for_device(runtime_lock& lock);

/// What a host thread that waits for the stream has to wait for.
std::vector<operation_ptr> last_operations(stream_state& state, stream const& where);

}  // namespace emulator::runtime
