// ComfyUI's files as graphs: what becomes of nodes, links, values, groups and subgraphs, and what is written for its
// API.
#include "inference/formats/comfyui_json.h"

#include "inference/formats/comfyui_classes.h"
#include "inference/graph/flatten.h"
#include "inference/graph/validate.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <set>

using namespace athanor;

namespace {

// What one node of a UI file becomes.
std::string uiNode(const std::string& type, const std::string& values, const std::string& rest = "")
{
    const std::string text = R"({"nodes": [{"id": 1, "type": ")" + type + R"(", "widgets_values": )" + values + rest
        + R"(}], "links": [], "version": 0.4})";
    return nodeText(readComfyWorkflow(text, "a.json").graph.nodes.at(1));
}

const char* const textToImage =
    "4.model>3.model 4.text_encoder>6.text_encoder 4.text_encoder>7.text_encoder 4.vae>8.vae "
    "5.latent>3.latent 6.conditioning>3.positive 7.conditioning>3.negative "
    "3.latent>8.latent 8.image>9.image";

std::string sorted(const std::string& words)
{
    QStringList list = QString::fromStdString(words).split(' ');
    list.sort();
    return list.join(' ').toStdString();
}

}

class ComfyuiJsonTest : public QObject {
    Q_OBJECT
private slots:
    void everyClassNamesWhatItsNodeHas();
    void textToImageOpens_data();
    void textToImageOpens();
    void looksAreKept();
    void twoPassesOpen();
    void controlNetsOpen();
    void widgetsAreReadByPlace_data();
    void widgetsAreReadByPlace();
    void upscalersAreLinkedByName_data();
    void upscalersAreLinkedByName();
    void unknownNodesKeepTheirData();
    void subgraphsOpen();
    void subgraphsHaveTheHostsValues();
    void apiComesBackAsItWas_data();
    void apiComesBackAsItWas();
    void apiHoldsWhatRuns();
    void apiUsesTheClassThatFits_data();
    void apiUsesTheClassThatFits();
};

// So that a port that is renamed in a node is renamed here too.
void ComfyuiJsonTest::everyClassNamesWhatItsNodeHas()
{
    int checked = 0;
    for (const ComfyClass& row : comfyClasses()) {
        const NodeType* type = findNodeType(row.ours);
        if (!type)
            continue; // to come
        ++checked;
        const auto has = [&](std::string_view name, bool there) {
            QVERIFY2(there,
                (std::string(row.theirs) + ": " + std::string(row.ours) + " has no " + std::string(name)).c_str());
        };
        for (const ComfyInput& input : row.inputs)
            has(input.ours, input.ours.empty() || findInput(*type, input.ours));
        for (const ComfyWidget& widget : row.widgets)
            has(widget.ours, widget.ours.empty() || findParam(*type, widget.ours));
        for (const std::string_view output : row.outputs)
            has(output, findOutput(*type, output));
        for (const ComfyFixed& fixed : row.fixed) {
            const Param* param = findParam(*type, fixed.ours);
            has(fixed.ours, param);
            QCOMPARE(paramProblem(*param, fixed.value), std::string());
        }
        for (const InputPort& input : type->inputs) {
            const bool named = std::ranges::any_of(comfyClasses(), [&](const ComfyClass& other) {
                return other.ours == row.ours
                    && std::ranges::find(other.inputs, input.name, &ComfyInput::ours) != other.inputs.end();
            });
            has(input.name, named || input.optional);
        }
    }
    QVERIFY(checked >= 35);
}

void ComfyuiJsonTest::textToImageOpens_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file : {"text_to_image.json", "text_to_image_v1.json", "text_to_image_api.json"})
        QTest::newRow(file) << file;
}

void ComfyuiJsonTest::textToImageOpens()
{
    QFETCH(QString, file);
    const LoadedWorkflow loaded = comfyFile(file.toStdString());
    QCOMPARE(joined(loaded.warnings), std::string());
    QVERIFY(!loaded.readOnly);
    const Graph& graph = loaded.graph;
    QCOMPARE(graph.nodes.size(), size_t(7));
    QCOMPARE(linksText(graph), sorted(textToImage));
    QCOMPARE(nodeText(graph.nodes.at(3)),
        std::string("sample batch_noise=one cfg=8 sampler=euler_ancestral schedule=karras seed=156680208700286 "
                    "steps=20 strength=1 "
                    "strength_mode=all"));
    QCOMPARE(nodeText(graph.nodes.at(4)), std::string("load_checkpoint file=tiny_a.safetensors"));
    QCOMPARE(nodeText(graph.nodes.at(5)), std::string("empty_latent batch=2 height=768 width=512"));
    QCOMPARE(nodeText(graph.nodes.at(6)), std::string("encode_prompt syntax=comfyui text=a red house by the sea"));
    QCOMPARE(nodeText(graph.nodes.at(8)), std::string("decode_latent"));
    QCOMPARE(nodeText(graph.nodes.at(9)), std::string("save_image name=houses/red"));
    QCOMPARE(graph.nodes.at(7).title, std::string("Negative"));
    QCOMPARE(graph.nodes.at(6).title, std::string());
    const auto problems = validate(graph);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems[0].text.c_str());
    for (const auto& [id, link] : graph.links)
        QVERIFY(id < graph.nextId && !graph.nodes.contains(id)); // one counter for all
}

void ComfyuiJsonTest::looksAreKept()
{
    const Graph graph = comfyFile("text_to_image.json").graph;
    QVERIFY((graph.nodes.at(6).rect == Rect{415, 186, 422.5, 164}));
    QCOMPARE(graph.nodes.at(7).colour, std::string("#332222"));
    QCOMPARE(graph.groups.size(), size_t(1));
    const Group group{"Prompts", {400, 100, 460, 500}, "#3f789e"};
    QVERIFY(graph.groups.begin()->second == group);
    const Graph second = comfyFile("two_passes.json").graph;
    QCOMPARE(second.nodes.at(15).mode, NodeMode::Bypassed);
    QCOMPARE(second.nodes.at(17).mode, NodeMode::Muted);
    QVERIFY(second.nodes.at(17).collapsed && !second.nodes.at(16).collapsed);

    const Graph api = comfyFile("text_to_image_api.json").graph; // says no places
    QCOMPARE(api.nodes.at(4).rect.x, 0.0);
    QVERIFY(api.nodes.at(3).rect.x > api.nodes.at(6).rect.x && api.nodes.at(9).rect.x > api.nodes.at(8).rect.x);
    QVERIFY(api.nodes.at(6).rect.y != api.nodes.at(7).rect.y);
}

void ComfyuiJsonTest::twoPassesOpen()
{
    const LoadedWorkflow loaded = comfyFile("two_passes.json");
    QCOMPARE(joined(loaded.warnings),
        std::string("LatentUpscale (node 11): bislerp becomes bicubic; the picture will differ slightly"));
    const auto& nodes = loaded.graph.nodes;
    QCOMPARE(
        nodeText(nodes.at(2)), std::string("load_lora file=fine.safetensors model_strength=0.8 text_strength=0.5"));
    QCOMPARE(nodeText(nodes.at(3)), std::string("set_clip_skip layer=2"));
    QCOMPARE(nodeText(nodes.at(7)), std::string("text_value value=a harbour"));
    QCOMPARE(nodeText(nodes.at(8)), std::string("seed_value value=987654321"));
    QCOMPARE(nodeText(nodes.at(10)),
        std::string("sample add_noise=true batch_noise=one cfg=7.5 end_step=12 keep_noise=true sampler=unipc "
                    "schedule=normal seed=1 "
                    "start_step=0 steps=20 strength_mode=all"));
    QCOMPARE(nodeText(nodes.at(12)),
        std::string("sample add_noise=false batch_noise=one cfg=7.5 end_step=1000 keep_noise=false sampler=dpmpp_2m "
                    "schedule=sgm_uniform seed=2 start_step=12 steps=20 strength_mode=all"));
    QCOMPARE(nodeText(nodes.at(11)), std::string("scale_latent crop=center height=512 method=bicubic width=512"));
    QCOMPARE(nodeText(nodes.at(14)), std::string("decode_latent overlap=64 tile=512 tiling=on"));
    QCOMPARE(nodeText(nodes.at(18)), std::string("resize_image crop=disabled height=0 method=nearest-exact width=100"));
    QCOMPARE(nodeText(nodes.at(20)), std::string("note text=Words for people"));
    QCOMPARE(nodeText(nodes.at(21)), std::string("note text=# More"));
    const std::string links = ' ' + linksText(loaded.graph) + ' ';
    for (const char* link : {"1.model>2.model", "1.text_encoder>2.text_encoder", "2.text_encoder>3.text_encoder",
             "3.text_encoder>4.value", "4.value>5.text_encoder", "7.value>5.text", "8.value>10.seed", "8.value>12.seed",
             "13.vae>14.vae", "15.image>16.image"})
        QVERIFY2(links.find(' ' + std::string(link) + ' ') != std::string::npos, link);
    QCOMPARE(loaded.graph.links.size(), size_t(25));
    for (const Problem& problem : validate(loaded.graph)) // all is known
        QVERIFY2(false, problem.text.c_str());
}

void ComfyuiJsonTest::controlNetsOpen()
{
    const LoadedWorkflow loaded = comfyFile("controlnet_api.json");
    QCOMPARE(
        joined(loaded.warnings), std::string("not known here, kept as placeholders that cannot run: FaceDetailer"));
    const auto& nodes = loaded.graph.nodes;
    QCOMPARE(nodeText(nodes.at(2)), std::string("load_image file=photo.png"));
    QCOMPARE(nodeText(nodes.at(4)), std::string("load_controlnet file=openpose.pth"));
    QCOMPARE(nodeText(nodes.at(7)), std::string("apply_controlnet end=0.8 start=0.1 strength=0.9"));
    QCOMPARE(nodeText(nodes.at(8)), std::string("apply_controlnet strength=0.5"));
    QCOMPARE(nodeText(nodes.at(9)), std::string("encode_image grow_mask=8"));
    QVERIFY(nodes.at(10).params.at("seed") == ParamValue(UINT64_MAX));
    const std::string links = ' ' + linksText(loaded.graph) + ' ';
    for (const char* link : {"4.control_net>7.control_net", "3.image>7.image", "5.conditioning>7.positive",
             "6.conditioning>7.negative", "7.positive>8.positive", "8.positive>10.positive", "7.negative>10.negative",
             "2.mask>9.mask", "2.image>9.image", "1.vae>9.vae", "11.image>12.image", "12.slot_1>13.image"})
        QVERIFY2(links.find(' ' + std::string(link) + ' ') != std::string::npos, link);
}

void ComfyuiJsonTest::widgetsAreReadByPlace_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("node");
    const QString rest = " sampler=euler schedule=normal seed=5 steps=20 strength=0.5 strength_mode=all";
    for (const char* control :
        {"\"fixed\",", "\"increment\",", "\"decrement\",", "\"randomize\",", "true,", "false,", ""})
        QTest::newRow(qPrintable(QString("seed, then ") + control))
            << "KSampler" << QString("[5, %1 20, 8, \"euler\", \"normal\", 0.5]").arg(control)
            << "sample batch_noise=one cfg=8" + rest;
    QTest::newRow("too few") << "KSampler"
                             << "[5, \"fixed\", 20]"
                             << "sample batch_noise=one seed=5 steps=20 strength_mode=all";
    QTest::newRow("too many") << "CLIPTextEncode"
                              << "[\"a\", 5, {}]"
                              << "encode_prompt syntax=comfyui text=a";
    QTest::newRow("by name") << "EmptyLatentImage"
                             << "{\"height\": 64, \"width\": 128}"
                             << "empty_latent height=64 width=128";
    QTest::newRow("none") << "EmptyLatentImage"
                          << "null"
                          << "empty_latent";
    QTest::newRow("whole numbers with a point") << "EmptyLatentImage"
                                                << "[512.0, 64, 1.0]"
                                                << "empty_latent batch=1 height=64 width=512";
    QTest::newRow("a text that is a control word") << "CLIPTextEncode"
                                                   << "[\"fixed\"]"
                                                   << "encode_prompt syntax=comfyui text=fixed";
    QTest::newRow("uni_pc")
        << "KSampler"
        << "[5, \"fixed\", 20, 8, \"uni_pc\", \"normal\", 1]"
        << "sample batch_noise=one cfg=8 sampler=unipc schedule=normal seed=5 steps=20 strength=1 strength_mode=all";
    QTest::newRow("not known here")
        << "KSampler"
        << "[5, \"fixed\", 20, 8, \"dpm_2\", \"beta\", 1]"
        << "sample batch_noise=one cfg=8 sampler=dpm_2 schedule=beta seed=5 steps=20 strength=1 "
           "strength_mode=all";
    QTest::newRow("upload button") << "LoadImage"
                                   << "[\"a b.png\", \"image\"]"
                                   << "load_image file=a b.png";
    QTest::newRow("config") << "CheckpointLoader"
                            << "[\"v1.yaml\", \"a.ckpt\"]"
                            << "load_checkpoint file=a.ckpt";
    QTest::newRow("by factor") << "LatentUpscaleBy"
                               << "[\"nearest-exact\", 1.5]"
                               << "scale_latent factor=1.5 height=0 method=nearest-exact width=0";
    for (const char* seed : {"9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615"})
        QTest::newRow(seed) << "PrimitiveInt" << QString("[%1, \"randomize\"]").arg(seed)
                            << QString("int_value value=%1").arg(seed);
}

void ComfyuiJsonTest::widgetsAreReadByPlace()
{
    QFETCH(QString, type);
    QFETCH(QString, values);
    QFETCH(QString, node);
    QCOMPARE(uiNode(type.toStdString(), values.toStdString()), node.toStdString());
}

void ComfyuiJsonTest::upscalersAreLinkedByName_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("API") << R"({"1": {"class_type": "UpscaleModelLoader", "inputs": {"model_name": "x4.pth"}},
        "2": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
        "3": {"class_type": "ImageUpscaleWithModel", "inputs": {"upscale_model": ["1", 0], "image": ["2", 0]}},
        "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "x"}}})";
    QTest::newRow("UI") << R"({"version": 0.4, "last_node_id": 4, "last_link_id": 3, "groups": [], "nodes": [
        {"id": 1, "type": "UpscaleModelLoader", "pos": [0, 0], "size": [200, 60], "widgets_values": ["x4.pth"],
         "inputs": [], "outputs": [{"name": "UPSCALE_MODEL", "type": "UPSCALE_MODEL", "links": [1]}]},
        {"id": 2, "type": "LoadImage", "pos": [0, 0], "size": [200, 60], "widgets_values": ["a.png", "image"],
         "inputs": [], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [2]}]},
        {"id": 3, "type": "ImageUpscaleWithModel", "pos": [0, 0], "size": [200, 60], "widgets_values": [],
         "inputs": [{"name": "upscale_model", "type": "UPSCALE_MODEL", "link": 1},
                    {"name": "image", "type": "IMAGE", "link": 2}],
         "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [3]}]},
        {"id": 4, "type": "SaveImage", "pos": [0, 0], "size": [200, 60], "widgets_values": ["x"],
         "inputs": [{"name": "images", "type": "IMAGE", "link": 3}], "outputs": []}],
        "links": [[1, 1, 0, 3, 0, "UPSCALE_MODEL"], [2, 2, 0, 3, 1, "IMAGE"], [3, 3, 0, 4, 0, "IMAGE"]]})";
}

void ComfyuiJsonTest::upscalersAreLinkedByName()
{
    QFETCH(QString, text);
    const LoadedWorkflow loaded = readComfyWorkflow(text.toStdString(), "test");
    QCOMPARE(joined(loaded.warnings), std::string());
    const Graph& graph = loaded.graph;
    QCOMPARE(nodeText(graph.nodes.at(1)), std::string("text_value value=x4.pth"));
    std::set<std::string> links;
    for (const auto& [id, link] : graph.links)
        links.insert(graph.nodes.at(link.from.node).type + '.' + link.from.port + " "
            + graph.nodes.at(link.to.node).type + '.' + link.to.port);
    QCOMPARE(links,
        (std::set<std::string>{"text_value.value upscale_image.file", "load_image.image upscale_image.image",
            "upscale_image.image save_image.image"}));
    for (const Problem& problem : validate(graph))
        QCOMPARE(problem.text, std::string());
}

void ComfyuiJsonTest::unknownNodesKeepTheirData()
{
    const std::string text = R"({"nodes": [
      {"id": 1, "type": "Magic", "title": "My magic", "inputs": [{"name": "image", "type": "IMAGE", "link": null},
         {"name": "seed", "type": "INT", "widget": {"name": "seed"}, "link": null},
         {"name": "power", "type": "FLOAT", "widget": {"name": "power"}, "link": 7}],
       "outputs": [{"name": "IMAGE"}, {"name": "IMAGE"}, {"name": ""}], "widgets_values": [3, "fixed", 0.5],
       "properties": {"cnr_id": "magic", "list": [1, null]}},
      {"id": 2, "type": "Older", "widgets_values": ["x", true, [1], {"a": 1}]},
      {"id": 3, "widgets_values": []},
      {"id": 4, "type": "Magic", "widgets_values": {"seed": 4, "power": 2}}],
      "links": [[7, 1, 1, 1, 2, "*"], [8, 1, 2, 2, 0, "*"]], "version": 0.4})";
    const LoadedWorkflow loaded = readComfyWorkflow(text, "a.json");
    QCOMPARE(joined(loaded.warnings),
        std::string("not known here, kept as placeholders that cannot run: (no type), Magic (2 nodes), Older"));
    const auto& nodes = loaded.graph.nodes;
    QCOMPARE(nodeText(nodes.at(1)), std::string("comfyui:Magic power=0.5 seed=3"));
    QCOMPARE(nodes.at(1).title, std::string("My magic"));
    QCOMPARE(nodes.at(2).title, std::string("Older"));
    QCOMPARE(nodeText(nodes.at(2)), std::string("comfyui:Older widget_0=x widget_1=true"));
    QCOMPARE(nodeText(nodes.at(3)), std::string("comfyui:"));
    QCOMPARE(nodeText(nodes.at(4)), std::string("comfyui:Magic power=2 seed=4"));
    QCOMPARE(linksText(loaded.graph), std::string("1.IMAGE_1>1.power 1.output_2>2.slot_0"));
    const auto written = nlohmann::json::parse(text)["nodes"];
    for (NodeId id = 1; id <= 4; ++id)
        QVERIFY(nlohmann::json::parse(nodes.at(id).foreign)["comfyui"] == written[size_t(id - 1)]);

    // They go through our own files, and stop a run.
    QVERIFY(readWorkflow(writeWorkflow(loaded.graph), "b.json").graph == loaded.graph);
    std::string all;
    for (const Problem& problem : validate(loaded.graph))
        all += problem.text + '\n';
    QVERIFY2(all.find("Magic") != std::string::npos && all.find("Older") != std::string::npos, all.c_str());

    const auto api = nlohmann::json::parse(writeComfyApi(loaded.graph));
    QVERIFY(api["2"]["inputs"]["slot_0"] == nlohmann::json({"1", 2}));
    QVERIFY(api["1"]["class_type"] == "Magic" && api["1"]["inputs"]["seed"] == 3);
    QVERIFY(api["1"]["inputs"]["power"] == nlohmann::json({"1", 1}));
}

void ComfyuiJsonTest::subgraphsOpen()
{
    const LoadedWorkflow loaded = comfyFile("subgraphs.json");
    QCOMPARE(joined(loaded.warnings), std::string());
    const Node& first = loaded.graph.nodes.at(2);
    QCOMPARE(first.type, std::string("subgraph"));
    QCOMPARE(first.title, std::string("First"));
    QCOMPARE(loaded.graph.nodes.at(3).title, std::string("Sampler"));
    QCOMPARE(linksText(loaded.graph),
        sorted("1.model>2.model 1.text_encoder>2.clip 2.LATENT>4.latent 1.vae>4.vae 4.image>5.image 1.model>3.model "
               "1.text_encoder>3.clip 3.LATENT>6.latent 1.vae>6.vae 6.image>7.image"));
    const auto problems = validate(loaded.graph);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems[0].text.c_str());

    const FlatGraph flat = flatten(loaded.graph);
    int samplers = 0, prompts = 0;
    for (const auto& [id, node] : flat.graph.nodes) {
        samplers += node.type == "sample";
        prompts += node.type == "encode_prompt";
        if (node.type == "sample")
            for (const char* input : {"model", "positive", "negative", "latent"})
                QVERIFY2(linkInto(flat.graph, id, input), input);
        if (node.type == "encode_prompt")
            QCOMPARE(linkInto(flat.graph, id, "text_encoder")->from, (PortRef{1, "text_encoder"}));
    }
    QCOMPARE(samplers, 2);
    QCOMPARE(prompts, 4);
}

void ComfyuiJsonTest::subgraphsHaveTheHostsValues()
{
    const Graph graph = comfyFile("subgraphs.json").graph;
    std::vector<std::string> texts, seeds;
    for (const auto& [id, node] : flatten(graph).graph.nodes) {
        if (node.type == "encode_prompt")
            texts.push_back(valueText(node.params.at("text")));
        if (node.type == "sample")
            seeds.push_back(valueText(node.params.at("seed")) + " in " + valueText(node.params.at("steps")));
    }
    std::ranges::sort(texts);
    std::ranges::sort(seeds);
    QCOMPARE(joined(texts), std::string("a boat\na ship\ndark\ndark"));
    QCOMPARE(joined(seeds), std::string("5 in 12\n77 in 9"));
    std::string shown;
    for (const Exposed& param : graph.nodes.at(3).subgraph->params)
        shown += param.name + ' ';
    QCOMPARE(shown, std::string("text seed steps "));
}

void ComfyuiJsonTest::apiComesBackAsItWas_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file :
        {"text_to_image_api.json", "controlnet_api.json", "text_to_image.json", "two_passes.json", "subgraphs.json"})
        QTest::newRow(file) << file;
}

void ComfyuiJsonTest::apiComesBackAsItWas()
{
    QFETCH(QString, file);
    const std::string once = writeComfyApi(comfyFile(file.toStdString()).graph);
    const Graph graph = readComfyWorkflow(once, "once").graph;
    QCOMPARE(writeComfyApi(graph), once);
    QVERIFY(readComfyWorkflow(writeComfyApi(graph), "twice").graph == graph);
    if (!file.contains("api"))
        return;
    const auto text = fileText(testDataPath("comfyui/" + file.toStdString()));
    auto given = nlohmann::json::parse(text), written = nlohmann::json::parse(once);
    if (given.contains("2")) { // what the upload button and the folder are for
        given["2"]["inputs"].erase("upload");
        given["2"]["inputs"]["image"] = "photo.png";
    }
    for (const auto& [id, node] : given.items()) { // defaults are written out beside what was there
        QCOMPARE(written[id]["class_type"].get<std::string>(), node["class_type"].get<std::string>());
        for (const auto& [name, value] : node["inputs"].items())
            QVERIFY2(written[id]["inputs"][name] == value, (id + '.' + name).c_str());
        QVERIFY(written[id]["_meta"] == node["_meta"]);
    }
    QCOMPARE(written.size(), given.size());
}

void ComfyuiJsonTest::apiHoldsWhatRuns()
{
    const auto api = nlohmann::json::parse(writeComfyApi(comfyFile("two_passes.json").graph));
    std::string ids;
    for (const auto& [id, node] : api.items())
        ids += id + ' ' + node["class_type"].get<std::string>() + '\n';
    QCOMPARE(ids,
        std::string(
            "1 CheckpointLoaderSimple\n10 KSamplerAdvanced\n11 LatentUpscale\n12 KSamplerAdvanced\n13 VAELoader\n"
            "14 VAEDecodeTiled\n16 SaveImage\n18 ImageScale\n19 PreviewImage\n2 LoraLoader\n3 CLIPSetLastLayer\n"
            "5 CLIPTextEncode\n6 CLIPTextEncode\n9 EmptyLatentImage\n"));
    QVERIFY(api["16"]["inputs"]["images"] == nlohmann::json({"14", 0})); // past the bypassed node
    QVERIFY(api["5"]["inputs"]["clip"] == nlohmann::json({"3", 0})); // past the reroute
    QVERIFY(api["5"]["inputs"]["text"] == "a harbour");
    QVERIFY(api["10"]["inputs"]["noise_seed"] == 987654321);
    QVERIFY(api["10"]["inputs"]["sampler_name"] == "uni_pc_bh2");
    QVERIFY(api["10"]["inputs"]["return_with_leftover_noise"] == "enable");
    QVERIFY(api["12"]["inputs"]["add_noise"] == "disable");
    QVERIFY(api["12"]["inputs"]["end_at_step"] == 10000);
    QVERIFY(api["3"]["inputs"]["stop_at_clip_layer"] == -2);
    QVERIFY(api["2"]["inputs"]["strength_clip"] == 0.5);
}

void ComfyuiJsonTest::apiUsesTheClassThatFits_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("className");
    QTest::newRow("sample") << "sample" << QString() << QString() << "KSampler";
    QTest::newRow("late start") << "sample"
                                << "start_step"
                                << "5"
                                << "KSamplerAdvanced";
    QTest::newRow("decode") << "decode_latent" << QString() << QString() << "VAEDecode";
    QTest::newRow("in tiles") << "decode_latent"
                              << "tiling"
                              << "on"
                              << "VAEDecodeTiled";
    QTest::newRow("resize") << "resize_image" << QString() << QString() << "ImageScale";
    QTest::newRow("only here") << "prompt_list" << QString() << QString() << "prompt_list";
}

void ComfyuiJsonTest::apiUsesTheClassThatFits()
{
    QFETCH(QString, type);
    QFETCH(QString, param);
    QFETCH(QString, value);
    QFETCH(QString, className);
    Graph graph;
    Node node = makeNode(*findNodeType(type.toStdString()));
    bool number = false;
    const int64_t whole = value.toLongLong(&number);
    if (!param.isEmpty())
        node.params[param.toStdString()] = number ? ParamValue(whole) : ParamValue(value.toStdString());
    graph.nodes.emplace(1, node);
    graph.nextId = 2;
    const auto api = nlohmann::json::parse(writeComfyApi(graph));
    QCOMPARE(api["1"]["class_type"].get<std::string>(), className.toStdString());
}

ATHANOR_TEST(ComfyuiJsonTest)
#include "comfyui_json_test.moc"
