#include "ui/common/model_source.h"

namespace athanor {

ModelLoader loaderOf(ModelFamily family)
{
    switch (family) {
    case ModelFamily::Checkpoint:
        return {QStringLiteral("load_checkpoint"), QStringLiteral("file")};
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
        return {ParamKind::ModelFile, ParamKind::VaeFile};
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
