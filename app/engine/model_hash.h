// The hash by which A1111 and others name a model in their pictures; not a protection against changed files.
#pragma once
#include "inference/weights/model_files.h"

#include <stop_token>
#include <string>

namespace athanor {

// The first ten hexadecimal digits of the SHA-256 of the file that holds the UNet: the whole checkpoint, or in a
// diffusers folder the UNet's file (of several shards, joined in order). Of a ControlNet, VAE or upscaler: of its own.
// Gigabytes take seconds, so the result is kept in cacheFolder under the files' paths, sizes and times; with an empty
// folder nothing is kept. Throws Error(Cancelled), and as ByteSource::read.
std::string modelHash(const ModelFiles& model, const std::string& cacheFolder, std::stop_token stop = {});

}
