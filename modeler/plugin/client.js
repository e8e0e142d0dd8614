// Written by tools/make_modeler_templates.py.
window.plugins = window.plugins || [];
window.plugins.push({ type: "bpmn.modeler.moddleExtension", plugin: {
  "name": "caseflow",
  "prefix": "caseflow",
  "uri": "urn:caseflow:bpmn:1.0",
  "xml": {
    "tagAlias": "lowerCase"
  },
  "types": [
    {
      "name": "OwnAdHocSubProcess",
      "extends": [
        "bpmn:AdHocSubProcess"
      ],
      "properties": [
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnBoundaryEvent",
      "extends": [
        "bpmn:BoundaryEvent"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnBusinessRuleTask",
      "extends": [
        "bpmn:BusinessRuleTask"
      ],
      "properties": [
        {
          "name": "topic",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "priority",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "retries",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "result",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "decision",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "replaceable",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnCallActivity",
      "extends": [
        "bpmn:CallActivity"
      ],
      "properties": [
        {
          "name": "binding",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnComplexGateway",
      "extends": [
        "bpmn:ComplexGateway"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnEndEvent",
      "extends": [
        "bpmn:EndEvent"
      ],
      "properties": [
        {
          "name": "outcome",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "mandatory",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnErrorEventDefinition",
      "extends": [
        "bpmn:ErrorEventDefinition"
      ],
      "properties": [
        {
          "name": "payload",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "into",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnEscalationEventDefinition",
      "extends": [
        "bpmn:EscalationEventDefinition"
      ],
      "properties": [
        {
          "name": "payload",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "into",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnEventBasedGateway",
      "extends": [
        "bpmn:EventBasedGateway"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnExclusiveGateway",
      "extends": [
        "bpmn:ExclusiveGateway"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnInclusiveGateway",
      "extends": [
        "bpmn:InclusiveGateway"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnIntermediateCatchEvent",
      "extends": [
        "bpmn:IntermediateCatchEvent"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnIntermediateThrowEvent",
      "extends": [
        "bpmn:IntermediateThrowEvent"
      ],
      "properties": [
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnLane",
      "extends": [
        "bpmn:Lane"
      ],
      "properties": [
        {
          "name": "role",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnManualTask",
      "extends": [
        "bpmn:ManualTask"
      ],
      "properties": [
        {
          "name": "role",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "people",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "assignee",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "unit",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "due",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "followUp",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "priority",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "form",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "notSameAs",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ladder",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnMessageEventDefinition",
      "extends": [
        "bpmn:MessageEventDefinition"
      ],
      "properties": [
        {
          "name": "correlation",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "timeToLive",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "payload",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "into",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnMultiInstanceLoopCharacteristics",
      "extends": [
        "bpmn:MultiInstanceLoopCharacteristics"
      ],
      "properties": [
        {
          "name": "collection",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "item",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "outputCollection",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "outputItem",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnParallelGateway",
      "extends": [
        "bpmn:ParallelGateway"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnProcess",
      "extends": [
        "bpmn:Process"
      ],
      "properties": [
        {
          "name": "businessKey",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "mandatory",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "overlayOf",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnReceiveTask",
      "extends": [
        "bpmn:ReceiveTask"
      ],
      "properties": [
        {
          "name": "correlation",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "timeToLive",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "payload",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "into",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnScriptTask",
      "extends": [
        "bpmn:ScriptTask"
      ],
      "properties": [
        {
          "name": "result",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnSendTask",
      "extends": [
        "bpmn:SendTask"
      ],
      "properties": [
        {
          "name": "topic",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "priority",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "retries",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "result",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "correlation",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "timeToLive",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "payload",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "into",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnSequenceFlow",
      "extends": [
        "bpmn:SequenceFlow"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "extensionPoint",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnServiceTask",
      "extends": [
        "bpmn:ServiceTask"
      ],
      "properties": [
        {
          "name": "topic",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "priority",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "retries",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "result",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnSignalEventDefinition",
      "extends": [
        "bpmn:SignalEventDefinition"
      ],
      "properties": [
        {
          "name": "payload",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "into",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnStartEvent",
      "extends": [
        "bpmn:StartEvent"
      ],
      "properties": [
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnSubProcess",
      "extends": [
        "bpmn:SubProcess"
      ],
      "properties": [
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnTask",
      "extends": [
        "bpmn:Task"
      ],
      "properties": [
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnTransaction",
      "extends": [
        "bpmn:Transaction"
      ],
      "properties": [
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "OwnUserTask",
      "extends": [
        "bpmn:UserTask"
      ],
      "properties": [
        {
          "name": "role",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "people",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "assignee",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "unit",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "due",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "followUp",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "priority",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "form",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "notSameAs",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ladder",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "hand",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "to",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "reason",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "ground",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "optional",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "legal",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "Input",
      "superClass": [
        "Element"
      ],
      "properties": [
        {
          "name": "source",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "target",
          "isAttr": true,
          "type": "String"
        }
      ]
    },
    {
      "name": "Output",
      "superClass": [
        "Element"
      ],
      "properties": [
        {
          "name": "source",
          "isAttr": true,
          "type": "String"
        },
        {
          "name": "target",
          "isAttr": true,
          "type": "String"
        }
      ]
    }
  ],
  "associations": []
} });
