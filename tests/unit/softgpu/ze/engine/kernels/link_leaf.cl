// Exports only.
global int leafCount = 5;
static global int visits = 0;
int leaf(int x) { return x * 3 + leafCount; }
int visit(void) { return ++visits; }
int whereAmI(void) { return (int)get_global_id(0); }
kernel void ownVisit(global int* out) { out[0] = visit(); }
