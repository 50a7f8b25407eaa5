#include "inference/models/noise_config.h"

#include "inference/models/config_values.h"
#include "inference/sampling/names.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <optional>

namespace athanor {

namespace {

using Json = nlohmann::json;

constexpr size_t maxTrainTimesteps = 100'000;

[[noreturn]] void refuseNoise(
    const std::string& place, const std::string& key, const std::string& value, const std::string& supported)
{
    throw Error(ErrorKind::BadFile,
        printable(place) + ": " + key + " is " + printable(value, 60) + ", supported is " + supported);
}

std::string jsonText(const Json& value)
{
    return value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 200);
}

struct Betas {
    double start, end;
    std::string schedule;
};

// What diffusers takes for keys that a scheduler's file lacks; without its class, Stable Diffusion's own.
Betas standardBetas(std::string_view className)
{
    if (className.empty() || className == "LCMScheduler")
        return {0.00085, 0.012, "scaled_linear"};
    if (className == "TCDScheduler")
        return {0.00085, 0.012, "scaled_linear"};
    if (className == "HeunDiscreteScheduler" || className == "DPMSolverSDEScheduler" || className.starts_with("KDPM2"))
        return {0.00085, 0.012, "linear"};
    return {0.0001, 0.02, "linear"};
}

// The values of one file, with their place for messages.
struct SchedulerValues {
    const Json& config;
    const std::string& place;

    const Json* find(const char* key) const
    {
        const auto at = config.is_object() ? config.find(key) : config.end();
        return at == config.end() || at->is_null() ? nullptr : &*at;
    }
    double number(const char* key, double standard) const
    {
        const Json* value = find(key);
        if (value && !(value->is_number() && *value > 0 && *value < 1))
            refuseNoise(place, key, jsonText(*value), "a number above 0 and below 1");
        return value ? value->get<double>() : standard;
    }
    size_t count() const
    {
        const Json* value = find("num_train_timesteps");
        if (value && !(value->is_number_integer() && *value >= 2 && *value <= maxTrainTimesteps))
            refuseNoise(place, "num_train_timesteps", jsonText(*value),
                "a whole number from 2 to " + std::to_string(maxTrainTimesteps));
        return value ? value->get<size_t>() : 1000;
    }
    std::string text(const char* key, const std::string& standard, const char* supported) const
    {
        const Json* value = find(key);
        if (value && !value->is_string())
            refuseNoise(place, key, jsonText(*value), supported);
        return value ? value->get<std::string>() : standard;
    }
    bool flag(const char* key) const
    {
        const Json* value = find(key);
        if (value && !value->is_boolean())
            refuseNoise(place, key, jsonText(*value), "true or false");
        return value && value->get<bool>();
    }
};

std::vector<double> trainedBetas(const SchedulerValues& values, const Json& list)
{
    const bool good = list.is_array() && list.size() >= 2 && list.size() <= maxTrainTimesteps
        && std::ranges::all_of(list, [](const Json& beta) { return beta.is_number() && beta > 0 && beta < 1; });
    if (!good)
        refuseNoise(values.place, "trained_betas", jsonText(list),
            "a list of 2 to " + std::to_string(maxTrainTimesteps) + " numbers above 0 and below 1");
    return list.get<std::vector<double>>();
}

std::shared_ptr<const NoiseModel> noiseOf(const SchedulerValues& values, std::string_view className)
{
    const bool zeroTerminal = values.flag("rescale_betas_zero_snr");
    const Json* trained = values.find("trained_betas");
    const Betas standard = standardBetas(className);
    const double start = values.number("beta_start", standard.start), end = values.number("beta_end", standard.end);
    const size_t count = values.count();
    constexpr const char* names = "linear, scaled_linear, squaredcos_cap_v2 or sigmoid";
    const std::string schedule = values.text("beta_schedule", standard.schedule, names);
    const bool usual = !trained && start == 0.00085 && end == 0.012 && count == 1000 && schedule == "scaled_linear";
    if (usual && !zeroTerminal)
        return nullptr;
    const std::optional<std::vector<double>> betas =
        trained ? trainedBetas(values, *trained) : makeBetas(schedule, start, end, count);
    if (!betas)
        refuseNoise(values.place, "beta_schedule", schedule, names);
    std::optional<NoiseModel> model = makeNoiseModel(*betas, zeroTerminal);
    if (!model)
        throw Error(ErrorKind::BadFile,
            printable(values.place)
                + ": its betas leave nothing of the picture before the last timestep, or nothing of "
                + "the noise; they are damaged");
    return std::make_shared<const NoiseModel>(std::move(*model));
}

double shiftOf(const SchedulerValues& values, const FamilyRow& family)
{
    const Json* told = values.find("shift");
    if (told && !(told->is_number() && *told >= 0.01 && *told <= 100))
        refuseNoise(values.place, "shift", jsonText(*told), "a number from 0.01 to 100");
    return told ? told->get<double>() : family.flowShift;
}

constexpr std::string_view predictionNames[] = {"epsilon", "sample", "v_prediction", "flow_prediction"};

Prediction predictionNamed(const std::string& place, const std::string& key, const std::string& name)
{
    for (const Prediction prediction : {Prediction::Epsilon, Prediction::Velocity, Prediction::Sample})
        if (name == predictionName(prediction))
            return prediction;
    refuseNoise(place, key, name, "epsilon, v_prediction or sample");
}

}

std::string_view predictionName(Prediction prediction)
{
    return predictionNames[size_t(prediction)];
}

NoiseConfig detectNoise(const ModelFiles& files, std::vector<std::string>* warnings)
{
    const std::string& place = files.schedulerPath.empty() ? files.path : files.schedulerPath;
    const SchedulerValues values{files.schedulerConfig, place};
    const std::string className = values.text("_class_name", "", "the name of a scheduler");
    const FamilyRow* family = nearestFamily(files.family);
    const bool isFlow = family && family->flowShift != 0;
    const std::string_view table = isFlow ? "FlowScheduler" : "Scheduler";
    if (!className.empty() && schedulerTable(className) != table)
        throw Error(ErrorKind::BadFile,
            printable(place) + ": the scheduler " + printable(className, 60)
                + " is for models with another kind of noise, which are not supported");
    checkConfigKeys(table, files.schedulerConfig, place, warnings);
    if (isFlow)
        return {Prediction::Flow, std::make_shared<const NoiseModel>(makeFlowModel(shiftOf(values, *family)))};
    for (const TensorFile& file : files.files)
        for (const char* mark : {"edm_mean", "edm_vpred.sigma_max"}) // Playground's and CosXL's
            if (findTensor(file, mark))
                throw Error(ErrorKind::BadFile,
                    printable(files.path) + ": has " + mark
                        + ", by which models with another kind of noise (EDM) are told, which are not supported");

    NoiseConfig result;
    result.noise = noiseOf(values, className);
    if (const std::string* told = metadataValue(files, "athanor.prediction"))
        result.prediction = predictionNamed(files.path, "athanor.prediction", *told);
    else if (values.find("prediction_type"))
        result.prediction = predictionNamed(place, "prediction_type", values.text("prediction_type", "", "a text"));
    else if (files.family.vPrediction)
        result.prediction = Prediction::Velocity;
    if (warnings && values.flag("rescale_betas_zero_snr") && result.prediction == Prediction::Epsilon)
        warnings->push_back(printable(place)
            + ": rescale_betas_zero_snr is true and prediction_type epsilon: at the first step, which is noise alone, "
              "the noise tells nothing of the picture; values that are no numbers may come of it");
    return result;
}

}
