#include "inference/run/executor.h"

#include "inference/graph/link_rules.h"
#include "inference/graph/validate.h"
#include "inference/run/fan_out.h"
#include "inference/run/memory_plan.h"
#include "inference/run/node_values_in_names.h"
#include "inference/run/run_pictures.h"
#include "inference/run/run_plan.h"
#include "inference/values/available_memory.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace athanor {

namespace {

using Kind = RunEvent::Kind;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr double unknownSeconds = 0.1; // of a type of node that has not run here yet

// One run of one graph.
class Execution {
public:
    Execution(const FlatGraph& flat, std::vector<Step> steps, RunHost& host, ResultCache& cache,
        const RunCallback& onEvent, std::stop_token stop)
        : m_flat(flat)
        , m_steps(std::move(steps))
        , m_states(m_steps.size())
        , m_host(host)
        , m_cache(cache)
        , m_onEvent(onEvent)
        , m_stop(std::move(stop))
    {
    }

    RunSummary run()
    {
        decide();
        for (size_t i = 0; i < m_steps.size() && !m_summary.cancelled; ++i) {
            if (m_states[i].need == Need::Cached)
                tellCached(i);
            else if (m_states[i].need == Need::Run)
                runStep(i);
        }
        return std::move(m_summary);
    }

private:
    enum class Need : uint8_t { No, Cached, Run, Failed };
    struct State {
        Need need = Need::No;
        SharedValues values; // while something still needs them
        size_t users = 0; // steps that will run and have not yet
        std::vector<std::string> saved;
        bool partial = false; // some runs of a list failed
        bool doomed = false; // it, or something that it needs, cannot run
        double weight = 0; // of the progress bar, in seconds
        std::pair<size_t, std::string> told; // the run and progress told last
    };

    static bool isOutput(const Step& step) { return step.type->isOutput; }

    void decide()
    {
        std::vector<bool> prepared(m_steps.size());
        while (!decided(prepared)) { }
    }

    // Looks from the outputs upwards what must run: what lies above a result that is still there need not, nor what
    // only serves a node that cannot run. False: one turned out to be such a node, and others may be spared now.
    bool decided(std::vector<bool>& prepared)
    {
        m_states = std::vector<State>(m_steps.size());
        m_allSeconds = 0;
        for (size_t i = 0; i < m_steps.size(); ++i)
            m_states[i].doomed = m_steps[i].problem || std::ranges::any_of(m_steps[i].feeds, [&](const Feed& feed) {
                return m_states[feed.source.step].doomed;
            });
        for (size_t i = m_steps.size(); i-- > 0;) {
            State& state = m_states[i];
            const Step& step = m_steps[i];
            if (isOutput(step))
                state.need = Need::Run;
            if (state.need == Need::No)
                continue;
            lookUp(i);
            if (state.need == Need::Run && !state.doomed && step.type->prepare && !prepared[i]) {
                prepared[i] = true;
                prepare(m_steps[i]);
                if (step.problem)
                    return false;
            }
            if (state.need == Need::Run)
                needSources(step, state);
        }
        return true;
    }

    // What would fail at the end fails before the work.
    void prepare(Step& step)
    {
        std::map<std::string, ParamValue> params;
        for (const Param& param : step.type->params)
            if (std::ranges::find(step.feeds, param.name, &Feed::port) == step.feeds.end())
                params[std::string(param.name)] = paramOf(*step.node, param);
        try {
            step.type->prepare(m_host, params);
        } catch (...) {
            const Error error = asError(std::current_exception());
            step.problem = {{}, error.what(), int(error.kind)};
        }
    }

    void needSources(const Step& step, State& state)
    {
        if (!state.doomed) {
            const auto known = m_cache.seconds.find(step.type->id);
            state.weight = known == m_cache.seconds.end() ? unknownSeconds : known->second;
            m_allSeconds += state.weight;
        }
        for (const Feed& feed : step.feeds) {
            State& source = m_states[feed.source.step];
            if (state.doomed && !source.doomed)
                continue;
            source.need = Need::Run;
            ++source.users;
        }
    }

    // An output that left no files shows something, and runs each time.
    void lookUp(size_t i)
    {
        const Step& step = m_steps[i];
        State& state = m_states[i];
        if (state.doomed || !step.keeps)
            return;
        if (isOutput(step))
            state.saved = m_host.savedBefore(step.fingerprint.text());
        if (isOutput(step) == state.saved.empty())
            return;
        if (!isOutput(step) || state.users > 0) {
            state.values = m_cache.find(step.fingerprint);
            if (state.values && !hasWhatIsUsed(i, *state.values))
                state.values.reset();
            if (!state.values)
                return;
        }
        state.need = Need::Cached;
    }

    RunEvent event(Kind kind, size_t i) const
    {
        const Step& step = m_steps[i];
        RunEvent event{.kind = kind};
        const auto path = m_flat.paths.find(step.id);
        event.node = path == m_flat.paths.end() ? NodePath{step.id} : path->second;
        event.title = step.node->title.empty() ? std::string(step.type->title) : step.node->title;
        return event;
    }

    void tell(RunEvent event)
    {
        event.share = m_share;
        if (m_onEvent)
            m_onEvent(event);
    }

    // `item`: which of `items` values of a list; 0 of 0 without a list.
    void tellProblem(size_t i, const StepProblem& problem, size_t item = 0, size_t items = 0)
    {
        RunEvent e = event(Kind::Problem, i);
        std::string where = e.title + " (node " + pathText(e.node) + ')';
        if (!problem.port.empty())
            where += ", " + problem.port;
        if (items > 0)
            where += ", value " + std::to_string(item + 1) + " of " + std::to_string(items);
        e.port = problem.port;
        e.text = where + ": " + problem.text;
        e.code = problem.code;
        m_summary.problems.push_back(e);
        tell(e);
    }

    void tellCached(size_t i)
    {
        ++m_summary.cached;
        RunEvent e = event(Kind::NodeCached, i);
        e.saved = m_states[i].saved;
        e.picture = pictureOf(m_states[i].values);
        m_summary.saved.insert(m_summary.saved.end(), e.saved.begin(), e.saved.end());
        tell(e);
    }

    void runStep(size_t i)
    {
        State& state = m_states[i];
        const Step& step = m_steps[i];
        const auto failed = [&](const Feed& feed) { return m_states[feed.source.step].need == Need::Failed; };
        if (m_stop.stop_requested()) {
            m_summary.cancelled = true;
        } else if (state.doomed || std::ranges::any_of(step.feeds, failed)) {
            state.need = Need::Failed;
            if (step.problem)
                tellProblem(i, *step.problem);
        } else {
            ++m_summary.executed;
            tell(event(Kind::NodeStarted, i));
            const auto start = Clock::now();
            runAll(i);
            finish(i, secondsSince(start));
        }
        m_secondsDone += state.weight;
        if (state.doomed)
            return;
        for (const Feed& feed : step.feeds)
            if (--m_states[feed.source.step].users == 0)
                m_states[feed.source.step].values.reset();
    }

    // After runAll, unless the run was cancelled.
    void finish(size_t i, double seconds)
    {
        State& state = m_states[i];
        if (m_summary.cancelled || !state.values)
            return;
        const Step& step = m_steps[i];
        const SharedValues values = state.values;
        const auto known = m_cache.seconds.try_emplace(std::string(step.type->id), seconds).first;
        known->second = (known->second + seconds) / 2;
        if (step.keeps && !state.partial) {
            if (!state.saved.empty())
                m_host.rememberSaved(step.fingerprint.text(), state.saved);
            m_cache.insert(step.fingerprint, state.values);
        }
        if (state.users == 0)
            state.values.reset();
        m_share = std::max(m_share, (m_secondsDone + state.weight) / std::max(m_allSeconds, 1e-9));
        RunEvent e = event(Kind::NodeDone, i);
        e.seconds = seconds;
        e.picture = pictureOf(values);
        tell(e);
    }

    // Runs the node once for each value of its lists. Leaves its values, or Need::Failed without any.
    void runAll(size_t i)
    {
        State& state = m_states[i];
        const Step& step = m_steps[i];
        std::vector<const Value*> come;
        for (const Feed& feed : step.feeds) {
            const State& from = m_states[feed.source.step];
            state.partial = state.partial || from.partial;
            come.push_back(&(*from.values)[feed.source.output]);
        }
        const FanOut runs(step, std::move(come));
        std::vector<Values> results(runs.count());
        size_t succeeded = 0;
        for (size_t run = 0; run < runs.count() && !m_summary.cancelled; ++run) {
            if (auto values = tryOne(i, runs, run)) {
                results[run] = std::move(*values);
                ++succeeded;
            }
        }
        state.partial = state.partial || succeeded < runs.count();
        if (m_summary.cancelled || (succeeded == 0 && runs.count() > 0))
            state.need = Need::Failed;
        else
            state.values = std::make_shared<const Values>(
                runs.isList() ? joined(std::move(results), step.type->outputs.size()) : std::move(results.front()));
    }

    std::optional<Values> tryOne(size_t i, const FanOut& runs, size_t run)
    {
        const size_t items = runs.isList() ? runs.count() : 0;
        StepProblem problem;
        try {
            if (m_stop.stop_requested())
                throw Error(ErrorKind::Cancelled, "cancelled");
            const std::optional<Arguments> arguments = runs.arguments(run);
            if (!arguments)
                return {};
            return runOnce(i, *arguments, run, runs.count());
        } catch (const NodeError& error) {
            problem = {error.port, error.what(), int(error.kind)};
        } catch (...) {
            const Error error = asError(std::current_exception());
            m_summary.cancelled = error.kind == ErrorKind::Cancelled;
            problem = {{}, error.what(), int(error.kind)};
        }
        if (!m_summary.cancelled)
            tellProblem(i, problem, run, items);
        return {};
    }

    // When memory is short, what is kept for later goes and the node gets a second try.
    Values runOnce(size_t i, const Arguments& arguments, size_t run, size_t runs)
    {
        const Step& step = m_steps[i];
        NodeRun node(m_host, arguments.inputs, arguments.params, hooks(i, run, runs));
        try {
            return step.type->run(node);
        } catch (const Error& error) {
            if (error.kind != ErrorKind::OutOfMemory || isOutput(step) || !makeRoom())
                throw;
        }
        return step.type->run(node);
    }

    bool makeRoom()
    {
        const size_t results = m_cache.size();
        m_cache.clear();
        return m_host.models().free() > 0 || results > 0;
    }

    NodeHooks hooks(size_t i, size_t run, size_t runs)
    {
        NodeHooks hooks;
        hooks.stop = m_stop;
        hooks.onProgress = [=, this](const NodeProgress& progress) { tellProgress(i, progress, run, runs); };
        hooks.isUsed = [=, this](std::string_view output) { return isUsed(i, output); };
        hooks.onWarning = [=, this](const std::string& text) {
            RunEvent e = event(Kind::Warning, i);
            e.text = text;
            tell(e);
        };
        hooks.onSaved = [=, this](const std::string& path, const Shared<RgbImage>& picture) {
            m_states[i].saved.push_back(path);
            m_summary.saved.push_back(path);
            RunEvent e = event(Kind::Saved, i);
            e.text = path;
            e.picture = picture;
            tell(e);
        };
        return hooks;
    }

    // A node may leave out what nothing took when it ran.
    bool hasWhatIsUsed(size_t i, const Values& values) const
    {
        for (size_t output = 0; output < values.size(); ++output)
            if (values[output].index() == 0 && isUsed(i, m_steps[i].type->outputs[output].name))
                return false;
        return true;
    }

    // Whether a step that runs takes the output.
    bool isUsed(size_t i, std::string_view output) const
    {
        const std::vector<OutputPort>& outputs = m_steps[i].type->outputs;
        for (size_t user = i + 1; user < m_steps.size(); ++user)
            if (m_states[user].need == Need::Run)
                for (const Feed& feed : m_steps[user].feeds)
                    if (feed.source.step == i && outputs[feed.source.output].name == output)
                        return true;
        return false;
    }

    void tellProgress(size_t i, const NodeProgress& progress, size_t run, size_t runs)
    {
        const double within = progress.total > 0 ? double(progress.done) / progress.total : 0;
        const double part = (double(run) + std::clamp(within, 0., 1.)) / double(runs);
        m_share = std::max(m_share, (m_secondsDone + m_states[i].weight * part) / std::max(m_allSeconds, 1e-9));
        RunEvent e = event(Kind::Progress, i);
        e.text = progress.text;
        e.done = progress.done;
        e.total = progress.total;
        State& state = m_states[i];
        const std::pair told(run, progress.text + ' ' + std::to_string(progress.done));
        if (std::exchange(state.told, told) != told) // files are read in many small pieces
            tell(e);
        e.kind = Kind::Preview;
        e.picture = progress.picture;
        if (progress.preview)
            addPreview(i, progress, e);
        if (e.picture)
            tell(e);
    }

    // Where one is wanted: the latent's colours also without a VAE, or without the memory that it needs.
    void addPreview(size_t i, const NodeProgress& progress, RunEvent& e)
    {
        e.preview = m_host.wantedPreview(progress.done, progress.total);
        if (e.preview == PreviewMode::Off)
            return;
        if (e.preview == PreviewMode::Decoded) {
            const auto vae = findVae(m_steps, i, [&](size_t step) { return m_states[step].values; });
            try {
                if (vae)
                    e.picture =
                        std::make_shared<const RgbImage>(decodeBetween(m_host, *vae, progress.latent(), m_stop));
            } catch (const Error& error) {
                if (error.kind != ErrorKind::OutOfMemory)
                    throw;
            }
        }
        if (!e.picture) {
            e.preview = PreviewMode::Latent;
            e.picture = std::make_shared<const RgbImage>(progress.preview());
        }
    }

    const FlatGraph& m_flat;
    std::vector<Step> m_steps;
    std::vector<State> m_states; // by step
    RunHost& m_host;
    ResultCache& m_cache;
    const RunCallback& m_onEvent;
    const std::stop_token m_stop;
    RunSummary m_summary;
    double m_allSeconds = 0, m_secondsDone = 0, m_share = 0;
};

RunEvent problemEvent(Problem problem, ErrorKind kind)
{
    RunEvent event{.kind = Kind::Problem};
    event.node = std::move(problem.node);
    event.port = std::move(problem.port);
    event.text = std::move(problem.text);
    event.code = int(kind);
    return event;
}

RunSummary refused(std::vector<Problem> problems, const RunCallback& onEvent, ErrorKind kind = ErrorKind::BadArgument)
{
    RunSummary summary;
    for (Problem& problem : problems) {
        summary.problems.push_back(problemEvent(std::move(problem), kind));
        if (onEvent)
            onEvent(summary.problems.back());
    }
    return summary;
}

// Puts values of nodes where names of files stand for them.
void nameFiles(FlatGraph& flat, const Graph& graph, const RunCallback& onEvent, FindNodeType findType)
{
    for (auto& [id, node] : flat.graph.nodes) {
        const auto name = node.params.find("name");
        auto* text =
            node.type == "save_image" && name != node.params.end() ? std::get_if<std::string>(&name->second) : nullptr;
        if (!text)
            continue;
        NameWithValues named = withNodeValues(*text, graph);
        *text = std::move(named.name);
        if (named.unknown.empty() || !onEvent)
            continue;
        RunEvent event{.kind = Kind::Warning, .node = flat.paths.at(id)};
        event.title = nodeName(node, event.node, findType);
        event.text = "the name holds " + inQuotes('%' + named.unknown.front() + '%')
            + ", which names no node's value here; it stays";
        onEvent(event);
    }
}

RunSummary checkAndRun(const RunRequest& run, RunHost& host, ResultCache& cache, const RunCallback& onEvent,
    const std::stop_token& stop, FindNodeType findType)
{
    const Graph& graph = run.graph;
    if (std::vector<Problem> problems = validate(graph, findType); !problems.empty())
        return refused(std::move(problems), onEvent);
    try {
        FlatGraph flat = flatten(graph, findType);
        nameFiles(flat, graph, onEvent, findType);
        host.begin(run);
        std::vector<Step> steps = planRun(flat.graph, findType, host);
        planMemory(steps, host, availableMemory());
        return Execution(flat, std::move(steps), host, cache, onEvent, stop).run();
    } catch (const Error& error) { // nested too deep, too large when flat
        return refused({Problem{{}, {}, error.what()}}, onEvent, error.kind);
    }
}

}

RunSummary execute(const RunRequest& run, RunHost& host, ResultCache& cache, const RunCallback& onEvent,
    std::stop_token stop, FindNodeType findType)
{
    const auto start = Clock::now();
    RunSummary summary = checkAndRun(run, host, cache, onEvent, stop, findType);
    summary.seconds = secondsSince(start);
    RunEvent done{.kind = Kind::Done};
    done.share = 1;
    done.seconds = summary.seconds;
    if (onEvent)
        onEvent(done);
    return summary;
}

void requireSuccess(const RunSummary& summary)
{
    if (summary.cancelled)
        throw Error(ErrorKind::Cancelled, "cancelled");
    if (!summary.problems.empty())
        throw Error(ErrorKind(summary.problems.front().code), summary.problems.front().text);
}

}
