// Pictures that a run shows while it goes on: of a node's values, and of a latent half done.
#pragma once
#include "inference/run/result_cache.h"
#include "inference/run/run_plan.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace athanor {

// The first picture or map among a node's values, which it keeps; null where there is none.
Shared<RgbImage> pictureOf(const SharedValues& values);

// The VAE to look at a step's latent with: one at hand that a step which takes the latent takes too, else any that is
// at hand; null: none. `valuesOf`: what a step gave, or null.
std::shared_ptr<const VaeValue> findVae(
    std::span<const Step> steps, size_t step, const std::function<SharedValues(size_t)>& valuesOf);

// Decodes in the middle of a node that uses the device, and whose stop token it leaves in place.
RgbImage decodeBetween(RunHost& host, const VaeValue& vae, const LatentValue& latent, const std::stop_token& stop);

}
