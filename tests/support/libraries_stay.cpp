// Linked into what runs under the address sanitizer.

// Instead of libc's: drivers stay loaded to the end. What they keep for themselves cannot be seen to be kept once they
// are unloaded, and the sanitizer would call it leaked.
extern "C" int dlclose(void*)
{
    return 0;
}
