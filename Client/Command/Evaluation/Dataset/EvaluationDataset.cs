namespace Loupe.Command.Evaluation.Dataset;

/// <summary>Scenes ready to be asked about.</summary>
/// <param name="Folder">Scenes' files are relative to it.</param>
/// <param name="Scenes">At least one.</param>
/// <param name="Notes">What was left out, and why: a line each.</param>
internal sealed record EvaluationDataset(string Folder, IReadOnlyList<EvaluationScene> Scenes, IReadOnlyList<string> Notes);

/// <summary>Which part of a dataset is wanted.</summary>
/// <param name="Split">The split, style or group of styles; null for all.</param>
/// <param name="Limit">At most so many scenes; null for all.</param>
/// <param name="Images">Where pictures are looked for first; null for beside the annotations and in <c>images/</c>.</param>
internal sealed record DatasetChoice(string? Split = null, int? Limit = null, string? Images = null);
