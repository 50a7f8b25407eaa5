#include "app/window/picture_export.h"

#include "app/engine/run_host.h"
#include "app/files/new_file.h"
#include "app/pictures/image_store.h"
#include "app/window/picture_details.h"
#include "inference/graph/workflow_json.h"
#include "inference/run/output_name.h"
#include "inference/weights/printable.h"
#include "render/error.h"

namespace athanor {

namespace {

constexpr size_t reservedBytes = 16; // of a name, for its number and its ending

std::vector<PictureText> textsOf(const PictureExport& wanted)
{
    if (!wanted.source.empty())
        return readPictureInfo(ByteSource(wanted.source)).texts;
    return wanted.graph ? listed({"", writeWorkflow(portable(*wanted.graph))}) : std::vector<PictureText>();
}

Infotext infoOf(const PictureExport& wanted, const RgbImage& picture)
{
    Infotext info = !wanted.source.empty() ? howMade(wanted.source).info
        : wanted.graph                     ? infotextOf(*wanted.graph)
                                           : Infotext();
    if (fieldValue(info, "Size").empty())
        info.fields.emplace_back("Size", std::to_string(picture.width) + 'x' + std::to_string(picture.height));
    return info;
}

}

std::string exportPicture(const PictureExport& wanted, std::vector<std::string>& warnings)
{
    if (const std::string problem = namePatternProblem(wanted.name); !problem.empty())
        throw Error(ErrorKind::BadArgument, "the name " + inQuotes(wanted.name) + ' ' + problem);
    const RgbImage picture = wanted.source.empty() ? wanted.picture : readImage(wanted.source, nullptr, &warnings);
    std::vector<PictureText> texts;
    if (wanted.keepsTexts)
        texts = textsOf(wanted);
    const std::string bytes = encodePicture(picture, texts, wanted.encoding, warnings);
    const std::string name = expandedName(wanted.name, infoOf(wanted, picture), reservedBytes);
    return writeNewFile({wanted.folder, name, std::string(pictureEnding(wanted.encoding.format))}, bytes).path;
}

}
