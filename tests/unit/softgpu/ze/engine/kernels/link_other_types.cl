float leaf(float x, float y);
kernel void wrongly(global float* out) { out[0] = leaf(1.0f, 2.0f); }
