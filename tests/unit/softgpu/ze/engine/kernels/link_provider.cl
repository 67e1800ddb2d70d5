int third(int x);
global int counter = 7;
static global int hidden = 1;
int provided(int x) { return third(x) + hidden++ * 0 + 1000; }
int usesItem(int x) {
  barrier(CLK_LOCAL_MEM_FENCE);
  return x + (int)get_local_id(0) * 10;
}
int countHidden(void) { return ++hidden; }
kernel void own(global int* out) { out[0] = counter; }
