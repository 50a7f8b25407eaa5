#include "inference/nodes/common.h"
#include "inference/sampling/schedule.h"

namespace athanor {

namespace {

Values runChooseSchedule(NodeRun& run)
{
    return {run.text("schedule")};
}

}

NodeType chooseScheduleNode()
{
    return {
        .id = "choose_schedule",
        .title = "Choose schedule",
        .category = "Sampling",
        .text = "One schedule for several nodes.",
        .params = {{"schedule", ParamKind::Choice, std::string("karras"), "How noise is spread over the steps", 0, 0, 1,
            namesOf(schedules())}},
        .outputs = {{"schedule", PortType::Schedule, "Its name"}},
        .run = runChooseSchedule,
    };
}

}
