// What travels along links while a workflow runs. Values are shared and never changed once made.
#pragma once
#include "inference/formats/infotext.h"
#include "inference/sampling/prediction.h"
#include "inference/sampling/schedule.h"
#include "inference/text/lora_tags.h"
#include "inference/values/image.h"
#include "inference/weights/latent_format.h"
#include "inference/weights/text_kind.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace athanor {

struct Denoiser;
struct ClipText;
struct ClipTokenizer;
struct T5Text;
struct T5Tokenizer;
struct AutoencoderKl;
struct ControlNet;
struct AppliedControl; // applied_control.h

struct ModelValue {
    std::shared_ptr<const Denoiser> net; // with its LoRAs
    Prediction prediction = Prediction::Epsilon;
    std::shared_ptr<const NoiseModel> noise = {}; // it was trained with; null: Stable Diffusion's
    int nativeSize = 512; // pixels a side it was trained at
    LatentFormat latent; // of the VAE it was trained with
    bool knowsVae = true; // false: its file has none, and its latents are those usual in its family
    std::vector<ExtraInput> extraInputs = {}; // of its network
    std::vector<SizeInput> sizeInputs = {}; // of its network
    bool padsText = false; // text states are filled up with zeros to what the network reads
    std::string name, hash; // as pictures' metadata name it
    std::vector<NamedLora> loras = {}; // that it has been given, in order
};

inline const NoiseModel& noiseModelOf(const ModelValue& model)
{
    return model.noise ? *model.noise : stableDiffusionNoise();
}

struct ClipNet {
    std::shared_ptr<const ClipText> text;
    std::shared_ptr<const ClipTokenizer> tokenizer;
};

struct T5Net {
    std::shared_ptr<const T5Text> text;
    std::shared_ptr<const T5Tokenizer> tokenizer;
};

using TextNet = std::variant<ClipNet, T5Net, AbsentText>;

struct TextEncoderValue {
    std::vector<TextNet> nets; // at least one; CLIP's states lie side by side, T5's tokens follow
    int clipSkip = 1; // 1: the last layer; 2: the one before, …
};

struct VaeValue {
    std::shared_ptr<const AutoencoderKl> vae;
    std::string name; // of its file where it is not the model's own
};

struct ControlNetValue {
    std::shared_ptr<const ControlNet> net;
    std::string name, hash; // as pictures' metadata name it
};

using ControlList = std::vector<std::shared_ptr<const AppliedControl>>;

// Rows from the top, 0 … 1; 1 is what a sampler may change.
struct Mask {
    int width = 0, height = 0;
    std::vector<float> pixels;
};

// What networks are told of the size of the picture; 0: as large as it becomes.
struct PictureSizes {
    int64_t originalWidth = 0, originalHeight = 0; // of the picture that this might be a part of, before it was scaled
    int64_t cropLeft = 0, cropTop = 0; // what was cut off it then
    int64_t targetWidth = 0, targetHeight = 0;
    std::optional<double> aestheticScore = {}; // 0 … 10; absent: 6, of a negative prompt 2.5
};

// What a network with further inputs is told of a picture that is to change in part.
struct InpaintInput {
    Mask mask; // 1 where the picture is made anew
    int64_t images = 1, channels = 0, height = 0, width = 0; // of the latents
    double scale = 0; // of these, as LatentValue has it
    std::vector<float> masked; // latents of the pictures, which are grey where the mask is 1
};

struct ConditioningValue {
    std::shared_ptr<const std::vector<float>> states; // tokens × width; null where no CLIP encodes
    std::vector<float> pooled; // of the encoder that gives it; else empty
    PictureSizes sizes;
    int64_t tokens = 0; // whole chunks: a multiple of the encoder's positions
    std::shared_ptr<const std::vector<float>> laterStates = {}; // of the tokens that follow these; null: none
    int64_t laterTokens = 0;
    TextEncoderValue encoder; // to lengthen it with empty chunks where the other branch is longer
    std::string prompt;
    ControlList controls; // ControlNets that steer this branch of guidance
    std::shared_ptr<const InpaintInput> inpaint = {}; // null: the mask and values of the latent that is sampled
};

// Latents of a batch on the host, images × channels × height × width; the noise of image i has seed + i.
struct LatentValue {
    int64_t images = 1, channels = 4, height = 0, width = 0;
    std::shared_ptr<const std::vector<float>> values; // null: empty, to be filled with noise
    std::shared_ptr<const Mask> mask; // null: everything changes
    std::vector<Infotext> infos; // how each image came to be; empty or one an image
    int downsamplings = 3; // 2^3 = 8 pixels a latent: of the VAE that made it, or that the model goes with
    double scale = 0; // of the values (LatentFormat::scale); 0: not known
};

// The latents as those of another scale; they stay where one of both is not known.
LatentValue ofScale(LatentValue latent, double scale);

// The latent for networks of so many halvings; an empty one becomes as large as its picture asks, and at least one.
// what is for messages. Throws Error(BadArgument) for values that were made with another number.
LatentValue ofPixels(LatentValue latent, int downsamplings, const char* what);

// Where a file's picture is transparent. A copy has none: copies are made to be changed, and then it would not fit.
struct Transparency {
    std::vector<uint8_t> alpha; // one a pixel; empty: nowhere

    Transparency() = default;
    explicit Transparency(std::vector<uint8_t> ofPixels)
        : alpha(std::move(ofPixels))
    {
    }
    Transparency(const Transparency&) { }
    Transparency(Transparency&&) = default;
    Transparency& operator=(const Transparency&)
    {
        alpha.clear();
        return *this;
    }
    Transparency& operator=(Transparency&&) = default;
};

// Pictures of one batch, all of one size, with how each came to be.
struct ImageValue {
    std::vector<RgbImage> images;
    std::vector<Infotext> infos; // empty or one an image
    Transparency transparency = {}; // of the first, for what lays pictures on white
};

struct ControlMapValue {
    std::vector<RgbImage> maps; // one, or one for each picture of a batch, all of one size
    std::string kind; // "canny", "openpose", …; empty: unknown
    std::shared_ptr<const Mask> hidden = {}; // as large as the maps; above 0.5 the network is shown −1; null: nowhere
};

struct Value;

// Runs what takes it once for each of its values.
struct ValueList {
    std::vector<Value> values;
};

template <class T> using Shared = std::shared_ptr<const T>;

struct Value
    : std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Shared<ModelValue>,
          Shared<TextEncoderValue>, Shared<VaeValue>, Shared<ConditioningValue>, Shared<LatentValue>,
          Shared<ImageValue>, Shared<Mask>, Shared<ControlMapValue>, Shared<ControlNetValue>, Shared<ValueList>> {
    using variant::variant;
};

// One for each output of a node, in order.
struct Values : std::vector<Value> {
    using vector::vector;
};

// Bytes of host and device memory that a value keeps alive; of a model its weights, but not of the networks that a
// conditioning refers to.
uint64_t bytesOf(const Value& value);

}
