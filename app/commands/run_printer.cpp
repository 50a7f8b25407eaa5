#include "app/commands/run_printer.h"

#include "app/pictures/image_store.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace athanor {

namespace {

using OrderedJson = nlohmann::ordered_json;
using Kind = RunEvent::Kind;

const char* nameOf(Kind kind)
{
    constexpr const char* names[] = {
        "queued", "node_started", "cached", "progress", "preview", "saved", "warning", "problem", "node_done", "done"};
    return names[size_t(kind)];
}

std::string padded(int number, int digits)
{
    const std::string text = std::to_string(number);
    return std::string(size_t(std::max(0, digits - int(text.size()))), '0') + text;
}

OrderedJson jsonOf(RunId run, const RunEvent& event)
{
    OrderedJson line{{"event", nameOf(event.kind)}, {"run", run}};
    if (!event.node.empty())
        line.update({{"node", pathText(event.node)}, {"title", event.title}});
    switch (event.kind) {
    case Kind::NodeCached:
        line["saved"] = event.saved;
        break;
    case Kind::Progress:
    case Kind::Preview:
        line.update({{"done", event.done}, {"total", event.total}, {"share", event.share}, {"text", event.text}});
        break;
    case Kind::Saved:
        line["path"] = event.text;
        break;
    case Kind::Warning:
        line["text"] = event.text;
        break;
    case Kind::Problem:
        line.update({{"port", event.port}, {"text", event.text}, {"code", event.code}});
        break;
    case Kind::NodeDone:
        line.update({{"seconds", event.seconds}, {"share", event.share}});
        break;
    default:
        break;
    }
    return line;
}

}

RunPrinter::RunPrinter(bool json, std::string previewFolder, Interrupt& interrupt)
    : m_json(json)
    , m_previewFolder(std::move(previewFolder))
    , m_interrupt(interrupt)
{
}

void RunPrinter::event(RunId run, const RunEvent& event)
{
    const std::lock_guard lock(m_mutex);
    if (event.kind == Kind::Done || (event.kind == Kind::Preview && m_previewFolder.empty()))
        return;
    const std::string preview = event.kind == Kind::Preview ? writePreview(run, event) : "";
    if (!m_json) {
        printText(event);
        return;
    }
    OrderedJson line = jsonOf(run, event);
    if (!preview.empty())
        line["path"] = preview;
    print(line);
}

std::string RunPrinter::writePreview(RunId run, const RunEvent& event)
{
    std::string node = pathText(event.node);
    std::ranges::replace(node, '/', '-');
    const std::string path =
        m_previewFolder + "/run-" + padded(int(run), 4) + "-node-" + node + "-step-" + padded(event.done, 4) + ".png";
    const auto writing = m_interrupt.writing();
    writePng(path, *event.picture);
    return path;
}

void RunPrinter::printText(const RunEvent& event)
{
    switch (event.kind) {
    case Kind::NodeStarted:
        m_bar.show(event.title);
        break;
    case Kind::NodeCached:
        for (const std::string& path : event.saved)
            out(printable(path, 4'000) + " (unchanged)");
        break;
    case Kind::Progress:
        if (event.total > 0)
            m_bar.showSteps(event.text.empty() ? event.title : event.text, event.done, event.total);
        break;
    case Kind::Saved:
        out(printable(event.text, 4'000));
        break;
    case Kind::Warning:
        m_bar.note(event.title + ": " + event.text);
        break;
    case Kind::Problem:
        if (!m_all.problems.empty()) // the first ends the program as its error
            m_bar.note(event.text);
        break;
    default:
        break;
    }
    if (event.kind == Kind::Problem)
        m_all.problems.push_back(event);
}

void RunPrinter::done(RunId run, const RunSummary& summary)
{
    const std::lock_guard lock(m_mutex);
    m_all.executed += summary.executed;
    m_all.cached += summary.cached;
    m_all.seconds += summary.seconds;
    m_all.cancelled = m_all.cancelled || summary.cancelled;
    if (!m_json)
        return;
    m_all.problems.insert(m_all.problems.end(), summary.problems.begin(), summary.problems.end());
    print({{"event", "done"}, {"run", run}, {"executed", summary.executed}, {"cached", summary.cached},
        {"saved", summary.saved}, {"problems", summary.problems.size()}, {"cancelled", summary.cancelled},
        {"seconds", summary.seconds}});
}

void RunPrinter::saved(const std::string& path)
{
    const std::lock_guard lock(m_mutex);
    if (m_json)
        print({{"event", "saved"}, {"path", path}});
    else
        out(printable(path, 4'000));
}

void RunPrinter::note(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    if (m_json)
        print({{"event", "warning"}, {"text", text}});
    else
        m_bar.note(text);
}

void RunPrinter::finish()
{
    const std::lock_guard lock(m_mutex);
    if (m_failed)
        throw Error(ErrorKind::CannotWrite, "cannot write to the standard output; nobody reads what the run tells");
    requireSuccess(m_all);
    if (m_json)
        return;
    if (m_all.executed == 0)
        out("nothing was run: every result was there already");
    else
        out(std::to_string(m_all.executed) + " nodes run, " + std::to_string(m_all.cached)
            + " results taken from before");
}

void RunPrinter::print(const OrderedJson& line)
{
    // ASCII alone, so that nothing in a file can act on a terminal.
    out(line.dump(-1, ' ', true, OrderedJson::error_handler_t::replace));
}

void RunPrinter::out(const std::string& line)
{
    m_bar.clear();
    if (std::fprintf(stdout, "%s\n", line.c_str()) < 0 || std::fflush(stdout) != 0)
        m_failed = true;
}

}
