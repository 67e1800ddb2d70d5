int leaf(int x);
int visit(void);
extern global int leafCount;
int branch(int x) { return leaf(x) + 1; }
kernel void viaLeaf(global int* out) { out[0] = leaf(2); out[1] = visit(); out[2] = leafCount++; }
