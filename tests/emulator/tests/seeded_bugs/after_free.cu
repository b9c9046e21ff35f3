// Memory that is used after it was freed.
#include "program.cuh"

namespace {

using namespace seeded;

__global__ void axpy_kernel(float a, float const* x, float* y) {
  unsigned const i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] += a * x[i];  // <- workspace_of_another_stream
}

template <bool correct>
bool workspace_of_another_stream() {
  device_array<float> y(filled(128, 1.0F));
  cudaDeviceSynchronize();  // non-blocking streams do not wait for the copy
  cudaStream_t producer, consumer;
  cudaStreamCreateWithFlags(&producer, cudaStreamNonBlocking);
  cudaStreamCreateWithFlags(&consumer, cudaStreamNonBlocking);
  cudaEvent_t ready, used;
  cudaEventCreateWithFlags(&ready, cudaEventDisableTiming);
  cudaEventCreateWithFlags(&used, cudaEventDisableTiming);
  float* workspace = nullptr;
  cudaMallocAsync(&workspace, 128 * sizeof(float), producer);
  cudaMemsetAsync(workspace, 0, 128 * sizeof(float), producer);
  cudaEventRecord(ready, producer);
  cudaStreamWaitEvent(consumer, ready, 0);
  if (!correct) cudaFreeAsync(workspace, producer);
  axpy_kernel<<<1, 128, 0, consumer>>>(2, workspace, y.get());
  cudaEventRecord(used, consumer);
  cudaStreamWaitEvent(producer, used, 0);
  if (correct) cudaFreeAsync(workspace, producer);
  cudaStreamSynchronize(producer);
  cudaStreamSynchronize(consumer);
  bool const right = y.read() == filled(128, 1.0F);
  cudaEventDestroy(used);
  cudaEventDestroy(ready);
  cudaStreamDestroy(consumer);
  cudaStreamDestroy(producer);
  return right;
}

// A vector that grows: whoever holds its old data holds freed memory.
struct growing_vector {
  int* data = nullptr;
  std::size_t size = 0;
  void grow(std::size_t wanted) {
    int* larger = nullptr;
    cudaMalloc(&larger, wanted * sizeof(int));
    cudaMemset(larger, 0, wanted * sizeof(int));
    cudaMemcpy(larger, data, size * sizeof(int), cudaMemcpyDeviceToDevice);
    cudaFree(data);
    data = larger;
    size = wanted;
  }
};
__global__ void increment_kernel(int* x) {
  x[threadIdx.x] += 1;  // <- pointer_from_before_growing
}
template <bool correct>
bool pointer_from_before_growing() {
  growing_vector v;
  v.grow(32);
  int* first = v.data;
  v.grow(64);
  if (correct) first = v.data;
  increment_kernel<<<1, 32>>>(first);
  int value = 0;
  cudaMemcpy(&value, v.data + 31, sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(v.data);
  return value == 1;
}

struct node {
  int value;
  node* next;
};
__device__ node* head;
__global__ void build_list_kernel() {
  for (int i = 0; i < 3; ++i) {
    auto* const made = static_cast<node*>(malloc(sizeof(node)));
    made->value = i;
    made->next = i == 0 ? nullptr : head;
    head = made;
  }
}
template <bool correct>
__global__ void free_list_kernel(int* sum) {
  *sum = 0;
  for (node* at = head; at != nullptr;) {
    *sum += at->value;
    if constexpr (correct) {
      node* const next = at->next;
      free(at);
      at = next;
    } else {
      free(at);
      at = at->next;  // <- next_of_a_freed_node
    }
  }
}
template <bool correct>
bool next_of_a_freed_node() {
  device_array<int> sum(1, 0);
  build_list_kernel<<<1, 1>>>();
  free_list_kernel<correct><<<1, 1>>>(sum.get());
  return sum.read() == std::vector<int>{3};
}

__global__ void add_one_kernel(int* x) {
  x[threadIdx.x] += 1;  // <- graph_outlives_its_buffer
}
template <bool correct>
bool graph_outlives_its_buffer() {
  int* buffer = nullptr;
  cudaMalloc(&buffer, 32 * sizeof(int));
  cudaMemset(buffer, 0, 32 * sizeof(int));
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  cudaGraph_t graph;
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  add_one_kernel<<<1, 32, 0, stream>>>(buffer);
  cudaStreamEndCapture(stream, &graph);
  cudaGraphExec_t step;
  cudaGraphInstantiate(&step, graph, 0);
  cudaGraphLaunch(step, stream);
  if (!correct) cudaFree(buffer);
  cudaGraphLaunch(step, stream);
  cudaError_t const result = cudaStreamSynchronize(stream);
  if (correct) cudaFree(buffer);
  cudaGraphExecDestroy(step);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
  return result == cudaSuccess;
}

template <bool correct>
bool copy_out_of_a_freed_pool_buffer() {
  cudaStream_t compute, transfer;
  cudaStreamCreateWithFlags(&compute, cudaStreamNonBlocking);
  cudaStreamCreateWithFlags(&transfer, cudaStreamNonBlocking);
  int *buffer = nullptr, *host = nullptr;
  cudaMallocHost(&host, 4);
  cudaMallocAsync(&buffer, 4, compute);
  cudaMemsetAsync(buffer, 0, 4, compute);
  cudaStreamSynchronize(compute);
  cudaMemcpyAsync(host, buffer, 4, cudaMemcpyDeviceToHost, transfer);
  if (correct) cudaStreamSynchronize(transfer);
  cudaFreeAsync(buffer, compute);
  cudaStreamSynchronize(compute);
  cudaError_t const result = cudaStreamSynchronize(transfer);
  cudaFreeHost(host);
  cudaStreamDestroy(transfer);
  cudaStreamDestroy(compute);
  return result == cudaSuccess;
}

// Kept from call to call: cudaDeviceReset frees it behind the cache's back.
int* cached_counter = nullptr;
int* counter() {
  if (cached_counter == nullptr) {
    cudaMalloc(&cached_counter, sizeof(int));
    cudaMemset(cached_counter, 0, sizeof(int));
  }
  return cached_counter;
}
__global__ void tick_kernel(int* counter) {
  atomicAdd(counter, 1);  // <- cache_survives_a_reset
}
template <bool correct>
bool cache_survives_a_reset() {
  tick_kernel<<<1, 1>>>(counter());
  cudaDeviceReset();
  if (correct) cached_counter = nullptr;
  tick_kernel<<<1, 1>>>(counter());
  int value = 0;
  cudaError_t const result = cudaDeviceSynchronize();
  if (result == cudaSuccess) cudaMemcpy(&value, counter(), sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(cached_counter);
  return value == 1;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::use_after_free, report::use_after_free
#define TWINS(name) name<false>, name<true>
std::vector<bug> const use_after_free_bugs{
    {SEEDED(workspace_of_another_stream),
     {"axpy_kernel", "at byte 0 of the freed 512-byte allocation"},
     TWINS(workspace_of_another_stream)},
    {SEEDED(pointer_from_before_growing),
     {"increment_kernel", "freed 128-byte allocation", "(cudaMalloc)"},
     TWINS(pointer_from_before_growing)},
    {SEEDED(next_of_a_freed_node),
     {"free_list_kernel", "at byte 8 of the freed 16-byte allocation", "malloc in a kernel"},
     TWINS(next_of_a_freed_node)},
    {SEEDED(graph_outlives_its_buffer),
     {"add_one_kernel", "freed 128-byte allocation"},
     TWINS(graph_outlives_its_buffer)},
    {SEEDED(copy_out_of_a_freed_pool_buffer),
     {"a queued copy: source", "freed 4-byte allocation"},
     TWINS(copy_out_of_a_freed_pool_buffer)},
    {SEEDED(cache_survives_a_reset),
     {"tick_kernel", "freed 4-byte allocation"},
     TWINS(cache_survives_a_reset)},
};

}  // namespace seeded
