// ControlNets as a run applies them: how strongly each counts at a step, its map in the run's size, and the sum of what
// several give. Not the network: that is inference/models/controlnet.
#pragma once
#include "inference/models/controlnet.h"
#include "inference/models/denoiser.h"
#include "inference/sampling/samplers.h"
#include "inference/values/applied_control.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace athanor {

// Throws Error(BadArgument) for a value out of range: strength and weights −10 … 10, 0 ≤ start ≤ end ≤ 1, as many
// weights as residuals.
void check(const AppliedControl& control);

// Whether it steers the branch of the negative prompt too.
bool reachesNegative(const AppliedControl& control);

// Strength at step `index` of `count`; 0 outside of the range.
double strengthAt(const AppliedControl& control, int index, int count);

// One for each residual, without strength.
std::vector<double> blockFactors(const AppliedControl& control);

// The map at exactly this size, as A1111's ControlNet extension brings it there (inference/preprocess/map_resize.h).
RgbImage fitted(const RgbImage& map, int width, int height, MapFit fit);

// A control with its strength at some step.
struct ActiveControl {
    const AppliedControl* control;
    double strength;
    bool operator==(const ActiveControl&) const = default;
};

// Those that count in this step.
std::vector<ActiveControl> activeControls(const ControlList& controls, const StepAt& at);

// The controls of one walk: their maps are embedded once, when first needed.
class ControlRun {
public:
    ControlRun(Gpu& gpu, const Denoiser& net, int64_t height, int64_t width); // of the latents

    // The sum of the controls, as the UNet's evaluate() takes it; none if nothing is active. pictures: which of the
    // batch each row of x belongs to.
    std::vector<Tensor> residuals(std::span<const ActiveControl> controls, const Tensor& x,
        std::span<const float> timesteps, const Conditions& conditions, std::span<const int32_t> pictures);

private:
    struct Prepared {
        Tensor hints; // of all maps: maps × H × W × C
        std::vector<Tensor> masks; // one for each residual, or none
    };
    const Prepared& prepared(const AppliedControl& control);

    Gpu& m_gpu;
    const Denoiser& m_net;
    int64_t m_height, m_width;
    std::map<const AppliedControl*, Prepared> m_prepared;
};

}
