#include "inference/nodes/common.h"
#include "inference/values/resample.h"

#include <variant>

namespace athanor {

namespace {

void append(ImageValue& all, const ImageValue& more)
{
    // Either every picture tells how it came to be, or none can be told apart.
    if (!more.infos.empty())
        all.infos.resize(all.images.size());
    if (const RgbImage* first = !all.images.empty() ? &all.images.front()
            : !more.images.empty()                  ? &more.images.front()
                                                    : nullptr)
        requireBatchMemory(int64_t(all.images.size() + more.images.size()), first->width, first->height);
    for (const RgbImage& image : more.images)
        all.images.push_back(all.images.empty() ? image : filling(image, all.images.front(), Resample::Bilinear));
    all.infos.insert(all.infos.end(), more.infos.begin(), more.infos.end());
    if (!all.infos.empty())
        all.infos.resize(all.images.size());
}

void append(ImageValue& all, const Value& more)
{
    if (const auto* list = std::get_if<Shared<ValueList>>(&more))
        for (const Value& value : (*list)->values)
            append(all, *std::get<Shared<ImageValue>>(value));
    else
        append(all, *std::get<Shared<ImageValue>>(more));
}

Values runBatchImages(NodeRun& run)
{
    ImageValue all;
    append(all, run.value("image1"));
    if (run.has("image2"))
        append(all, run.value("image2"));
    return {shared(std::move(all))};
}

}

// ComfyUI's ImageBatch, which takes no lists.
NodeType batchImagesNode()
{
    return {
        .id = "batch_images",
        .title = "Batch images",
        .category = "Image",
        .text = "Makes one batch of pictures, and of lists of them.",
        .inputs = {{"image1", PortType::Image, "The first of them gives the size", false, true},
            {"image2", PortType::Image, "More, cut and scaled to the size of the first", true, true}},
        .outputs = {{"image", PortType::Image, "All as one batch"}},
        .run = runBatchImages,
    };
}

}
