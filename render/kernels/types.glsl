// How operands are stored. A variant defines X_F16, B_F16, Y_F16 for the operands held as fp16, and WIDE where the
// kernel reads four elements at once. Arithmetic is fp32 (VALUE: float or vec4) in every variant.
#ifdef WIDE
#define VALUE vec4
#define WIDTH 4u
#define UNIT_F32 vec4
#define UNIT_F16 uvec2 // two halves a word: needs no 16-bit loads, which are slow on lavapipe

vec4 unpackHalves(uvec2 u)
{
    return vec4(unpackHalf2x16(u.x), unpackHalf2x16(u.y));
}

uvec2 packHalves(vec4 v)
{
    return uvec2(packHalf2x16(v.xy), packHalf2x16(v.zw));
}
#define LOAD_F16(u) unpackHalves(u)
#define STORE_F16(v) packHalves(v)
#else
#extension GL_EXT_shader_16bit_storage : enable
#define VALUE float
#define WIDTH 1u
#define UNIT_F32 float
#define UNIT_F16 float16_t
#define LOAD_F16(u) float(u)
#define STORE_F16(v) float16_t(v)
#endif

#ifdef X_F16
#define X_UNIT UNIT_F16
#define X_LOAD(u) LOAD_F16(u)
#else
#define X_UNIT UNIT_F32
#define X_LOAD(u) (u)
#endif

#ifdef B_F16
#define B_UNIT UNIT_F16
#define B_LOAD(u) LOAD_F16(u)
#else
#define B_UNIT UNIT_F32
#define B_LOAD(u) (u)
#endif

#ifdef Y_F16
#define Y_UNIT UNIT_F16
#define Y_STORE(v) STORE_F16(v)
#else
#define Y_UNIT UNIT_F32
#define Y_STORE(v) (v)
#endif
