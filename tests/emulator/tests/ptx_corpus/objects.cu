// Virtual functions, pointers in initialisers, strings, packed structs, malloc, textures: code that
// makes unusual declarations.
struct base {
  __device__ virtual int value(int x) = 0;
};
struct adds : base {
  int k;
  __device__ int value(int x) override { return x + k; }
};
struct multiplies : base {
  int k;
  __device__ int value(int x) override { return x * k; }
};

struct record {
  int a;
  float const* p;
  short s;
  void (*function)();
};
struct __attribute__((packed)) packed {
  char c;
  int* p;
};

__device__ __constant__ char const* names[3] = {"abc", "de\n\"", nullptr};
__device__ float values[10];
__device__ int integers[4];
__device__ __noinline__ void store() { values[3] = 1; }
__device__ record records[2] = {{1, values + 2, -3, store}, {2, nullptr, 4, nullptr}};
__device__ packed unaligned = {1, integers + 1};
__device__ float real = 1.5f;
__device__ double matrix[2][2] = {{1.5, 2}, {-0.0, 1e300}};
__managed__ int managed = 3;

__global__ void dynamic_calls(int* y, int which) {
  adds a;
  a.k = 3;
  multiplies b;
  b.k = 4;
  base* p = which ? static_cast<base*>(&a) : static_cast<base*>(&b);
  y[0] = p->value(y[1]);
  y[1] = names[which][1];
  records[which].function();
  y[2] = static_cast<int>(*records[which].p + real + matrix[which][1]);
  unaligned.p[which] = unaligned.c;
}

__global__ void __launch_bounds__(64)
    handles(cudaTextureObject_t texture, float* y, __grid_constant__ record const r) {
  y[0] = tex2D<float>(texture, 1.0f, 2.0f);
  y[1] = *r.p;
  memcpy(y + 10, r.p, 123);
  void* memory = malloc(100);
  y[3] = static_cast<float>(reinterpret_cast<long>(memory));
  managed = 1;
  free(memory);
}
