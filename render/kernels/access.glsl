// How the kernels for lavapipe reach memory and other lanes: one vocabulary for two generations of the driver.
// TEXEL (Mesa 22): loads through texel buffers; a lane's value reaches the others by subgroupShuffle, which is one
// permute there and subgroupBroadcast a loop. Otherwise (Mesa 24 on): loads through addresses, and subgroupBroadcast is
// the permute. Stores always go to addresses. TYPE_F16: operands are stored as fp16; all arithmetic is fp32.
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_buffer_reference2 : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_shuffle : require

layout(buffer_reference, std430, buffer_reference_align = 16) readonly buffer Words4 { uvec4 v[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Words2 { uvec2 v[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) buffer Float4 { vec4 v[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Float1 { float v[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) writeonly buffer Half4 { uvec2 v[]; };
layout(buffer_reference, std430, buffer_reference_align = 2) buffer Half1 { float16_t v[]; };

vec4 unpack4(uvec2 w) { return vec4(unpackHalf2x16(w.x), unpackHalf2x16(w.y)); }
uvec2 pack4(vec4 x) { return uvec2(packHalf2x16(x.xy), packHalf2x16(x.zw)); }

#ifdef TEXEL
#define LANE(x, lane) subgroupShuffle(x, lane)
#else
#define LANE(x, lane) subgroupBroadcast(x, lane)
#endif

// Elements 4i … 4i + 3 of an operand, or element i.
#ifdef TYPE_F16
#define ADDRESSED4(address, i) unpack4(Words2(address).v[i])
#define ADDRESSED1(address, i) float(Half1(address).v[i])
#define STORE4(address, i, x) Half4(address).v[i] = pack4(x)
#define STORE1(address, i, x) Half1(address).v[i] = float16_t(x)
#else
#define ADDRESSED4(address, i) Float4(address).v[i]
#define ADDRESSED1(address, i) Float1(address).v[i]
#define STORE4(address, i, x) Float4(address).v[i] = x
#define STORE1(address, i, x) Float1(address).v[i] = x
#endif

// The same of an operand that is bound as texels of four elements where the driver likes those.
#ifdef TEXEL
#define LOAD4(texels, address, i) texelFetch(texels, i)
#define LOAD1(texels, address, i) texelFetch(texels, (i) / 4)[(i) % 4]
#else
#define LOAD4(texels, address, i) ADDRESSED4(address, i)
#define LOAD1(texels, address, i) ADDRESSED1(address, i)
#endif
