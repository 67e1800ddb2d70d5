constant char text[] = "from a table";

kernel void print(int i, float f, global const int* p) {
  printf("plain %% text\n");
  printf("%d|%5d|%-5d|%05d|%+d|%i\n", i, i, i, i, i, -i);
  printf("%u|%x|%X|%#o|%lu|%ld\n", (uint)-1, i, i, i, (ulong)-1, (long)-5);
  printf("%f|%.2f|%e|%g|%10.3f|%a\n", f, f, f, f, f, 1.0f);
  printf("%s|%10s|%-10s|%.2s|%c\n", "abc", "abc", "abc", "abc", 'x');
  printf("%s\n", text);
  printf("%v4d|%v2f|%v4hhx|%v3hd\n", (int4)(1, -2, 3, -4), (float2)(0.5f, 1.5f), (uchar4)(1, 2, 254, 255),
         (short3)(-1, 2, -3));
  printf("%v4hlf|%v2ld|%6.2v2hlf\n", (float4)(1, 2, 3, 4), (long2)(-1, 1), (float2)(1, 2));
  printf("%hhd|%hd|%p\n", 255, 65535, p);
  printf("%d %q\n");
}

kernel void many(global int* unused) { printf("<%d>", (int)get_global_id(0)); }
