kernel void huge(global int* out, int n) {
  int values[1 << 20];
  values[n] = n;
  out[0] = values[0];
}
