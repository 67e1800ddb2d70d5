// Copies a plane texel by texel. The view of a surface's plane may have a wrong size, so what is copied is what both
// images have, at integer coordinates: no sampler looks at sizes.
kernel void copy_plane(read_only image2d_t from, write_only image2d_t to) {
  const int2 at = (int2)(get_global_id(0), get_global_id(1));
  const int2 size = min(get_image_dim(from), get_image_dim(to));
  if (at.x < size.x && at.y < size.y) write_imagef(to, at, read_imagef(from, at));
}
