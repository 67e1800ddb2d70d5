// Needs link_provider, which needs link_third, which needs this.
int provided(int x);
int usesItem(int x);
extern global int counter;
global int shared = 100;
int callback(int x) { return x + shared; }
kernel void use(global int* out) { out[get_global_id(0)] = provided((int)get_global_id(0)); }
kernel void useItem(global int* out) { out[get_global_id(0)] = usesItem(1); }
kernel void bump(global int* out) { out[0] = ++counter; }
