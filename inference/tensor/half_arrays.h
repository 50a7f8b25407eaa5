// Whole arrays of fp16 to and from fp32, by the processor's own instructions where it has them.
#pragma once
#include <cstdint>
#include <span>

namespace athanor {

// halves: as many as values. Rounds to nearest even, as floatToHalf of inference/tensor/half.h.
void toHalves(std::span<const float> values, uint16_t* halves);
// values: as many as halves.
void toFloats(std::span<const uint16_t> halves, float* values);

}
