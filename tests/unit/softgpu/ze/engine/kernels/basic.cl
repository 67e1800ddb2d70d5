typedef struct {
  int scale;
  float3 bias;
  char tag;
} Parameters;

kernel void add(global const int* a, global const int* b, global int* out) {
  const size_t i = get_global_id(0);
  out[i] = a[i] + b[i];
}

kernel void ids(global ulong* out) {
  const size_t x = get_global_id(0) - get_global_offset(0);
  const size_t y = get_global_id(1) - get_global_offset(1);
  const size_t z = get_global_id(2) - get_global_offset(2);
  const size_t linear = (z * get_global_size(1) + y) * get_global_size(0) + x;
  global ulong* own = out + linear * 20;
  for (uint d = 0; d < 3; ++d) {
    own[d] = get_global_id(d);
    own[3 + d] = get_local_id(d);
    own[6 + d] = get_group_id(d);
    own[9 + d] = get_local_size(d);
    own[12 + d] = get_num_groups(d);
  }
  own[15] = get_global_linear_id();
  own[16] = get_local_linear_id();
  own[17] = get_work_dim();
  own[18] = get_enqueued_local_size(0);
  own[19] = linear;
}

// Each work-item changes its copy of the struct.
kernel void byValue(Parameters parameters, float3 v, global float4* out, short s, uchar c) {
  const int i = get_global_id(0);
  parameters.scale += i;
  parameters.bias.y += v.z;
  out[i] = (float4)(parameters.scale, parameters.bias.y, parameters.tag + c, v.x + s);
}

constant int table[4] = {10, 20, 30, 40};
global int counter = 7;
global int untouched[3];

kernel void variables(global int* out) {
  const int i = get_global_id(0);
  out[i] = table[i & 3] + counter;
  if (i == 0) {
    untouched[2] = 5;
  }
}

int fibonacci(int n) {
  int a = 0, b = 1;
  for (int i = 0; i < n; ++i) {
    const int c = a + b;
    a = b;
    b = c;
  }
  return a;
}

int idFunction(int n) { return n + (int)get_global_id(0); }

kernel __attribute__((work_group_size_hint(8, 1, 1), vec_type_hint(float4),
                      intel_reqd_sub_group_size(16))) void hinted(global int* out) {
  *out = 1;
}

kernel __attribute__((reqd_work_group_size(4, 2, 1))) void functions(global int* out) {
  out[get_global_linear_id()] = fibonacci(idFunction(3));
}

kernel void privateArray(global int* out, int n) {
  int values[64];
  const int i = get_global_id(0);
  for (int k = 0; k < 64; ++k) {
    values[k] = k * i;
  }
  int sum = 0;
  for (int k = 0; k < n; ++k) {
    sum += values[(k * 7) & 63];
  }
  out[i] = sum;
}

kernel void saxpy(global const float* restrict x, global float* restrict y, float a, int n) {
  const int i = get_global_id(0);
  if (i < n) {
    y[i] = a * x[i] + y[i];
  }
}

kernel void doubles(global double* x) {
  const int i = get_global_id(0);
  x[i] = x[i] / 3.0;
}
