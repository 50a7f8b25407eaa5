#include "inference/run/run_pictures.h"

#include "inference/diffusion/latent_codec.h"

#include <algorithm>
#include <variant>

namespace athanor {

namespace {

const RgbImage* firstPicture(const Values& values)
{
    for (const Value& value : values) {
        const auto* list = std::get_if<Shared<ValueList>>(&value);
        if (list && (*list)->values.empty())
            continue;
        const Value& first = list ? (*list)->values.front() : value;
        if (const auto* images = std::get_if<Shared<ImageValue>>(&first); images && !(*images)->images.empty())
            return &(*images)->images.front();
        if (const auto* map = std::get_if<Shared<ControlMapValue>>(&first))
            return &(*map)->maps.front();
    }
    return nullptr;
}

}

Shared<RgbImage> pictureOf(const SharedValues& values)
{
    return {values, values ? firstPicture(*values) : nullptr};
}

std::shared_ptr<const VaeValue> findVae(
    std::span<const Step> steps, size_t step, const std::function<SharedValues(size_t)>& valuesOf)
{
    std::shared_ptr<const VaeValue> any;
    for (const Step& other : steps) {
        const bool takesLatent = std::ranges::any_of(other.feeds, [&](const Feed& f) { return f.source.step == step; });
        for (const Feed& feed : other.feeds) {
            const SharedValues values = valuesOf(feed.source.step);
            const auto* vae = values ? std::get_if<Shared<VaeValue>>(&(*values)[feed.source.output]) : nullptr;
            if (!vae || !(*vae)->vae)
                continue;
            if (takesLatent)
                return *vae;
            any = *vae;
        }
    }
    return any;
}

RgbImage decodeBetween(RunHost& host, const VaeValue& vae, const LatentValue& latent, const std::stop_token& stop)
{
    NodeHooks hooks;
    hooks.stop = stop;
    ImageValue images = decodeLatent(host.gpu(), vae, latent, {}, hooks);
    host.gpu().commands().setStopToken(stop);
    return std::move(images.images.front());
}

}
