int callback(int x);
int third(int x) { return callback(2 * x); }
