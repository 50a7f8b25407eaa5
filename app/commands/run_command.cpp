#include "app/commands/commands.h"
#include "app/commands/options.h"
#include "app/commands/run.h"

#include <memory>
#include <string>

namespace athanor {

void addRun(CLI::App& app, Command& command)
{
    CLI::App* runApp = app.add_subcommand("run", "Run a workflow, or the workflow that a picture carries");
    const auto a = std::make_shared<RunArguments>();
    const Options option{*runApp};
    runApp->add_option("WORKFLOW", a->workflow, "Athanor's or ComfyUI's JSON, or a picture made by a workflow")
        ->required()
        ->type_name("");
    option.several("--set", "NODE.PARAM=VALUE",
        "Another value; NODE is an id, a title or a type: --set prompt.text=\"a house\". One in a subgraph is found by "
        "its "
        "name where no other has it, or by the way there: draw/prompt.text, 100/6.text",
        a->set);
    option.several("--sweep", "NODE.PARAM=A,B,C",
        "Run once for each value, with other sweeps once for each combination; a contact sheet shows them all. A value "
        "that holds commas stands in quotes, as a JSON string: --sweep 'prompt.text=\"a house, by the sea\",\"a "
        "tree\"'",
        a->sweep);
    option.text("--model", "PATH",
        "The model, where the workflow names none, the starter model, or one that is not here", a->model);
    option.several(
        "--models", "DIR", "Where models are looked for by name, besides the user's own folder", a->modelFolders);
    option.taken("--out", "DIR", "The folder for pictures (the current one); nothing in it is ever replaced",
        [a](const std::string& text) { a->outFolder = parseFolder("--out", text); });
    option.text("--preview", "DIR", "Write a small picture after every step to this folder", a->previewFolder);
    runApp->add_flag("--json", a->json, "Tell what happens as one JSON object a line");
    option.text("--device", "NAME", "A number or part of a name as `athanor devices` lists them (the best)", a->device);
    option.taken("--precision", "NAME", "fp16 or fp32, for weights and activations (fp16 where the device stores it)",
        [a](const std::string& text) { a->precision = parsePrecision(text); });
    runApp->callback([&command, a] { command = [a] { runWorkflow(*a); }; });
}

}
