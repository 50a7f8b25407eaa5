#include "ui/common/model_source.h"

namespace athanor {

ModelLoader loaderOf(ModelFamily family)
{
    switch (family) {
    case ModelFamily::Checkpoint:
        return {QStringLiteral("load_checkpoint"), QStringLiteral("file")};
    case ModelFamily::DiffusionModel:
        return {QStringLiteral("load_diffusion_model"), QStringLiteral("file")};
    case ModelFamily::TextEncoder:
        return {QStringLiteral("load_text_encoder"), QStringLiteral("file")};
    case ModelFamily::ControlNet:
        return {QStringLiteral("load_controlnet"), QStringLiteral("file")};
    case ModelFamily::Lora:
        return {QStringLiteral("load_lora"), QStringLiteral("file")};
    case ModelFamily::Vae:
        return {QStringLiteral("load_vae"), QStringLiteral("file")};
    case ModelFamily::Upscaler:
        return {QStringLiteral("upscale_image"), QStringLiteral("file")};
    default:
        return {};
    }
}

std::vector<ParamKind> takersOf(ModelFamily family)
{
    switch (family) {
    case ModelFamily::Checkpoint:
        return {ParamKind::ModelFile, ParamKind::DiffusionModelFile, ParamKind::VaeFile};
    case ModelFamily::DiffusionModel:
        return {ParamKind::DiffusionModelFile};
    case ModelFamily::TextEncoder:
        return {ParamKind::TextEncoderFile};
    case ModelFamily::ControlNet:
        return {ParamKind::ControlNetFile};
    case ModelFamily::Lora:
        return {ParamKind::LoraFile};
    case ModelFamily::Vae:
        return {ParamKind::VaeFile};
    case ModelFamily::Upscaler:
        return {ParamKind::UpscalerFile};
    default:
        return {};
    }
}

}
