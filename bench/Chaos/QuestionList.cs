namespace Loupe.Bench.Chaos;

/// <summary>What is asked about every picture.</summary>
internal static class QuestionList
{
    private static readonly Region Left = Region.OfBox(0, 0, 80, 120);
    private static readonly Region Right = Region.OfBox(80, 0, 160, 120);
    private static readonly Region Middle = Region.OfBox(40, 30, 120, 90);

    /// <summary>Questions by a short name of each.</summary>
    public static IReadOnlyList<(string Name, Question Question)> All { get; } =
    [
        ("narrate", new Question(Task: VisionTask.Narrate)),
        ("caption", new Question(Task: VisionTask.Caption)),
        ("caption left", new Question(Task: VisionTask.Caption, Regions: [Left])),
        ("caption right", new Question(Task: VisionTask.Caption, Regions: [Right])),
        ("caption middle", new Question(Task: VisionTask.Caption, Regions: [Middle])),
        ("what left", new Question(Regions: [Left], Text: "what is [0]?")),
        ("what right", new Question(Regions: [Right], Text: "what is [0]?")),
        ("what middle", new Question(Regions: [Middle], Text: "what is [0]?")),
        ("used for left", new Question(Regions: [Left], Text: "what is [0] used for?")),
        ("beside", new Question(Regions: [Left, Right], Text: "is [0] next to [1]?")),
        ("larger", new Question(Regions: [Middle, Right], Text: "which is larger, [0] or [1]?")),
        ("locate", new Question(Task: VisionTask.Locate, Text: "the ball")),
    ];
}
